// What the values that tests give for one argument have in common: what breaks it is no input of the function, as far as
// anybody can tell, and says nothing about patches.
'use strict';

const { Past } = require('./pasts.cjs');

const DEPTH_LIMIT = 3;
const ITEMS_LIMIT = 50;

// The values in a value, not too deep, each with its place: the items of a list share one, fields have one for each name.
function* partsOf(value, place = '', depth = 0) {
  yield [place, value];
  if (depth >= DEPTH_LIMIT || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, ITEMS_LIMIT)) yield* partsOf(item, `${place}/*`, depth + 1);
  } else if (value instanceof Past) {
    yield* partsOf(value.given, `${place}/new`, depth);
    for (const { key, given } of value.calls) yield* partsOf(given, `${place}/${key}`, depth);
  } else {
    for (const key of Object.keys(value).slice(0, ITEMS_LIMIT)) {
      yield* partsOf(value[key], `${place}/.${key}`, depth + 1);
    }
  }
}

function isSorted(value) {
  return value.every((item, at) => at === 0 || value[at - 1] <= item);
}

class Custom {
  constructor(values) {
    const numbers = values.filter((value) => typeof value === 'number');
    const lists = values.filter((value) => Array.isArray(value) && value.length > 1);
    this.notNegative = numbers.length > 0 && numbers.every((one) => one >= 0);
    this.whole = numbers.length > 0 && numbers.every(Number.isInteger);
    this.finite = numbers.every(Number.isFinite);
    // One list in order is no custom yet.
    this.inOrder = lists.filter((value) => value.length > 2).length > 1 && lists.every(isSorted);
  }

  allows(value) {
    if (typeof value === 'number') {
      return !(this.notNegative && value < 0) && !(this.whole && !Number.isInteger(value)) &&
        !(this.finite && !Number.isFinite(value));
    }
    return !(this.inOrder && Array.isArray(value) && !isSorted(value));
  }
}

// Of all calls of one function; its object is the first of what it is given.
class Customs {
  constructor(calls) {
    const values = new Map();
    for (const { self, given } of calls) {
      [self, ...given].forEach((one, at) => {
        for (const [place, part] of partsOf(one, `${at}`)) {
          if (!values.has(place)) values.set(place, []);
          values.get(place).push(part);
        }
      });
    }
    this.places = new Map([...values].map(([place, parts]) => [place, new Custom(parts)]));
  }

  allow({ self, given }) {
    return [self, ...given].every((one, at) => {
      for (const [place, part] of partsOf(one, `${at}`)) {
        if (this.places.has(place) && !this.places.get(place).allows(part)) return false;
      }
      return true;
    });
  }
}

module.exports = { Customs };
