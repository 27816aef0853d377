// Copies, descriptions and mutations of values.
'use strict';

const ITEMS_LIMITS = [60, 20, 8, 8, 8, 8]; // by depth
const COPIES_LIMIT = 5000;
const TEXT_LIMIT = 600;
const BIG = 10 ** 6; // no argument becomes larger than this: sizes and counts are numbers
const TypedArray = Object.getPrototypeOf(Uint8Array);

// A deep copy; functions stand for themselves. Throws when there is something that has no copy.
function clone(value, known = new Map()) {
  if (value === null || typeof value !== 'object') return value;
  if (known.has(value)) return known.get(value);
  if (known.size >= COPIES_LIMIT) throw new Error('too large');
  const keep = (copy) => {
    known.set(value, copy);
    return copy;
  };
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

function describeCall({ name, self, given }) {
  const on = self === undefined ? '' : `${name && ' of '}${describe(self)}`;
  return `${name}${on}(${[...given].map((value) => describe(value)).join(', ')})`;
}

function nearNumbers(value, constants) {
  const near = [0, 1, -1, 2, value + 1, value - 1, -value, value * 2, Math.floor(value / 2),
    value + 0.5, value * 10, NaN];
  for (const edge of constants) {
    if (typeof edge === 'number') near.push(edge, edge - 1, edge + 1);
  }
  return near.filter((one) => !(Math.abs(one) > Math.max(BIG, Math.abs(value))));
}

function nearTexts(value, constants) {
  const edges = constants.filter((one) => typeof one === 'string');
  return ['', value.slice(0, -1), value.slice(1), value + value, `${value} `, ` ${value}`,
    value.toUpperCase(), value.toLowerCase(), [...value].reverse().join(''), `${value}a`,
    `${value}0`, value.slice(0, value.length >> 1), ...edges.slice(0, 6)];
}

// Values of the same type that are near, or where programs tend to have their edges.
function mutations(value, constants, depth = 0) {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return nearNumbers(value, constants);
  if (typeof value === 'string') return nearTexts(value, constants);
  if (depth >= 2 || value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) {
    const changed = [[], value.slice(0, -1), value.slice(1), [...value].reverse(),
      [...value, ...value.slice(-1)], [...value, ...value], value.slice(0, 1)];
    if (value.every((item) => typeof item === typeof value[0] && typeof item !== 'object')) {
      changed.push([...value].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    }
    for (let at = 0; at < Math.min(value.length, 3); ++at) {
      for (const other of mutations(value[at], constants, depth + 1).slice(0, 8)) {
        changed.push([...value.slice(0, at), other, ...value.slice(at + 1)]);
      }
    }
    return changed;
  }
  if (value instanceof Set) return [new Set(), new Set([...value].slice(1))];
  if (value instanceof Map) return [new Map(), new Map([...value].slice(1))];
  if (Object.prototype.toString.call(value) !== '[object Object]') return [];
  const changed = [];
  for (const key of Object.keys(value).slice(0, 3)) {
    const copyWith = (other) => Object.assign(Object.create(Object.getPrototypeOf(value)), other);
    const { [key]: _, ...others } = value;
    changed.push(copyWith(others));
    for (const other of mutations(value[key], constants, depth + 1).slice(0, 6)) {
      changed.push(copyWith({ ...value, [key]: other }));
    }
  }
  return changed;
}

module.exports = { clone, describe, describeCall, mutations };
