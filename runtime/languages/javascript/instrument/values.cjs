// Copies, descriptions and mutations of values.
'use strict';

const { Past, hides, pastOf } = require('./pasts.cjs');

const ITEMS_LIMITS = [60, 20, 8, 8, 8, 8]; // by depth
const COPIES_LIMIT = 5000;
const TEXT_LIMIT = 600;
const BIG = 10 ** 6; // no argument becomes larger than this: sizes and counts are numbers
const DEPTH_LIMIT = 3;
const PARTS = 3; // of a list
const FIELDS = 6; // of an object
const CHANGES_OF_PART = [30, 16, 8]; // of an item or a field, by depth
const TypedArray = Object.getPrototypeOf(Uint8Array);

// A deep copy; functions stand for themselves, its past for an object that has one, and the object for a past. Throws
// when there is something that has no copy.
function clone(value, known = new Map()) {
  if (value === null || typeof value !== 'object') return value;
  if (known.has(value)) return known.get(value);
  if (known.size >= COPIES_LIMIT) throw new Error('too large');
  const keep = (copy) => {
    known.set(value, copy);
    return copy;
  };
  if (value instanceof Past) return keep(value.make(clone));
  const past = pastOf(value);
  if (past) return keep(past);
  if (past === null || hides(value.constructor)) throw new Error('no copy');
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (Buffer.isBuffer(value)) return keep(Buffer.from(value));
  if (value instanceof TypedArray) return keep(value.slice());
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, item] of value) copy.set(clone(key, known), clone(item, known));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const item of value) copy.add(clone(item, known));
    return copy;
  }
  const tag = Object.prototype.toString.call(value);
  if (!['[object Object]', '[object Array]', '[object Error]'].includes(tag) ||
      typeof value.next === 'function' || typeof value.then === 'function' ||
      typeof value.on === 'function') {
    throw new Error('no copy');
  }
  const copy = keep(Array.isArray(value) ? new Array(value.length)
    : Object.create(Object.getPrototypeOf(value)));
  if (tag === '[object Error]') {
    Object.defineProperty(copy, 'message', { value: value.message, writable: true });
  }
  for (const key of Object.keys(value)) copy[key] = clone(value[key], known);
  return copy;
}

function items(values, depth, describeItem) {
  const most = ITEMS_LIMITS[depth];
  const parts = [];
  for (const value of values) {
    if (parts.length >= most) {
      parts.push('...');
      break;
    }
    parts.push(describeItem(value));
  }
  return parts.join(', ');
}

function describe(value, depth = 0) {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, TEXT_LIMIT));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'function';
  if (Object.is(value, -0)) return '-0';
  if (value === null || typeof value !== 'object') return String(value);
  if (depth >= ITEMS_LIMITS.length) return '...';
  const inner = (item) => describe(item, depth + 1);
  if (Array.isArray(value)) return `[${items(value, depth, inner)}]`;
  if (value instanceof Past) {
    const list = (given) => given.map(inner).join(', ');
    return `${value.maker.name}(${list(value.given)})` +
      value.calls.map(({ key, given }) => `.${key}(${list(given)})`).join('');
  }
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Error) return `${value.name}(${inner(value.message)})`;
  const name = (value.constructor && value.constructor.name) || 'Object';
  if (value instanceof TypedArray) return `${name}[${items(value, depth, String)}]`;
  if (value instanceof Set) return `Set{${items(value, depth, inner)}}`;
  const pair = ([key, item]) =>
    `${typeof key === 'string' ? key : inner(key)}: ${inner(item)}`;
  if (value instanceof Map) return `Map{${items(value, depth, pair)}}`;
  if (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function') {
    return `iterator[${items(value, depth, inner)}]`;
  }
  const pairs = items(Object.keys(value).map((key) => [key, value[key]]), depth, pair);
  return `${name === 'Object' ? '' : name}{${pairs}}`;
}

function thrown(error) {
  return `throws ${(error && error.name) || describe(error)}`;
}

function describeCall({ name, self, given }) {
  const on = self === undefined ? '' : `${name && ' of '}${describe(self)}`;
  return `${name}${on}(${[...given].map((value) => describe(value)).join(', ')})`;
}

// Those that are not the value, each once.
function others(value, near, edges) {
  const all = new Set(inTurn(near, edges));
  all.delete(value);
  return [...all];
}

function nearNumbers(value, constants) {
  const near = [0, 1, -1, 2, value + 1, value - 1, -value, value * 2, Math.floor(value / 2),
    value + 0.5, value * 10, NaN];
  const edges = constants.filter((one) => typeof one === 'number')
    .flatMap((edge) => [edge, edge - 1, edge + 1]);
  return others(value, near, edges)
    .filter((one) => !(Math.abs(one) > Math.max(BIG, Math.abs(value))));
}

function nearTexts(value, constants) {
  const edges = constants.filter((one) => typeof one === 'string');
  const near = ['', value.slice(0, -1), value.slice(1), value + value, `${value} `, ` ${value}`,
    value.toUpperCase(), value.toLowerCase(), [...value].reverse().join(''), `${value}a`,
    `${value}0`, value.slice(0, value.length >> 1)];
  return others(value, near, edges.slice(0, 6));
}

function nearDates(value) {
  const time = value.getTime();
  return [1, -1, 31, -31, 366].map((days) => new Date(time + days * 86400e3))
    .concat(new Date(time - 1000), new Date(time + 3600e3));
}

// The first of each, then the second of each: none crowds out the others where only the first few are taken.
function inTurn(...columns) {
  const all = [];
  const most = Math.max(0, ...columns.map((column) => column.length));
  for (let row = 0; row < most; ++row) {
    for (const column of columns) if (row < column.length) all.push(column[row]);
  }
  return all;
}

function ofPart(value, constants, depth) {
  return mutations(value, constants, depth + 1).slice(0, CHANGES_OF_PART[depth]);
}

function ofList(value, constants, depth) {
  const whole = [[], value.slice(0, -1), value.slice(1), [...value].reverse(),
    [...value, ...value.slice(-1)], [...value, ...value], value.slice(0, 1)];
  if (value.every((item) => typeof item === typeof value[0] && typeof item !== 'object')) {
    whole.push([...value].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  }
  return inTurn(whole, ...value.slice(0, PARTS).map((item, at) => ofPart(item, constants, depth)
    .map((other) => [...value.slice(0, at), other, ...value.slice(at + 1)])));
}

function ofObject(value, constants, depth) {
  const copyWith = (other) => Object.assign(Object.create(Object.getPrototypeOf(value)), other);
  const keys = Object.keys(value).slice(0, FIELDS);
  // A field of a class is always there.
  const plain = [Object.prototype, null].includes(Object.getPrototypeOf(value));
  const without = (plain ? keys : []).map((key) => {
    const { [key]: _, ...others } = value;
    return copyWith(others);
  });
  return inTurn(without, ...keys.map((key) => ofPart(value[key], constants, depth)
    .map((other) => copyWith({ ...value, [key]: other }))));
}

// Changes of a Map or a Set: one item less, or the values of a Map otherwise.
function ofCollection(value, constants, depth) {
  const Kind = value.constructor;
  const items = [...value];
  const fewer = [new Kind(), new Kind(items.slice(1)), new Kind(items.slice(0, -1))];
  if (Kind !== Map) return fewer;
  return inTurn(fewer, ...items.slice(0, PARTS).map(([key, item]) => ofPart(item, constants, depth)
    .map((other) => new Map(value).set(key, other))));
}

function ofPast(past, constants, depth) {
  const changed = (given) => inTurn(...given.map((value, at) => ofPart(value, constants, depth)
    .map((other) => [...given.slice(0, at), other, ...given.slice(at + 1)])));
  return inTurn(...past.others(changed));
}

// Values of the same type that are near, or where programs tend to have their edges.
function mutations(value, constants, depth = 0) {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return nearNumbers(value, constants);
  if (typeof value === 'string') return nearTexts(value, constants);
  if (depth >= DEPTH_LIMIT || value === null || typeof value !== 'object') return [];
  if (value instanceof Past) return ofPast(value, constants, depth);
  if (Array.isArray(value)) return ofList(value, constants, depth);
  if (value instanceof Date) return nearDates(value);
  if (value.constructor === Map || value.constructor === Set) {
    return ofCollection(value, constants, depth);
  }
  if (Object.prototype.toString.call(value) !== '[object Object]') return [];
  return ofObject(value, constants, depth);
}

module.exports = { clone, describe, describeCall, inTurn, mutations, thrown };
