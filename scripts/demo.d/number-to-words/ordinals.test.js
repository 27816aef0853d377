'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { toOrdinal, toWords, toWordsOrdinal } = require('./src');

function ordinals(pairs) {
  for (const [number, expected] of Object.entries(pairs)) {
    assert.strictEqual(toOrdinal(Number(number)), expected);
  }
}

test('small ordinals', () => {
  ordinals({ 0: '0th', 1: '1st', 2: '2nd', 3: '3rd', 4: '4th', 10: '10th', 14: '14th' });
});

test('ordinals that end with 11, 12 or 13', () => {
  ordinals({ 11: '11th', 12: '12th', 13: '13th', 111: '111th', 1012: '1012th' });
});

test('ordinals that end with 1, 2 or 3', () => {
  ordinals({ 21: '21st', 22: '22nd', 23: '23rd', 101: '101st', 1002: '1002nd' });
});

test('negative ordinals that end with 11, 12 or 13', () => {
  ordinals({ '-11': '-11th', '-12': '-12th', '-13': '-13th', '-111': '-111th' });
});

test('other negative ordinals', () => {
  ordinals({ '-1': '-1st', '-2': '-2nd', '-10': '-10th', '-14': '-14th', '-23': '-23rd' });
});

test('what is no number has no ordinal', () => {
  assert.throws(() => toOrdinal('eleven'), TypeError);
});

test('words', () => {
  assert.strictEqual(toWords(-13), 'minus thirteen');
  assert.strictEqual(toWordsOrdinal(21), 'twenty-first');
});
