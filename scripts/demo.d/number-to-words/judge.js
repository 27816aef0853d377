'use strict';

// Values that the trigger does not have: a patch that only fits the trigger falls here.
const assert = require('node:assert');
const { toOrdinal } = require(`${process.cwd()}/src`);

const SUFFIXES = { 1: 'st', 2: 'nd', 3: 'rd' };
for (let number = 0; number <= 2500; number++) {
  const teens = number % 100 >= 11 && number % 100 <= 13;
  const expected = number + (teens ? 'th' : SUFFIXES[number % 10] ?? 'th');
  assert.strictEqual(toOrdinal(number), expected);
  if (number > 0) assert.strictEqual(toOrdinal(-number), `-${expected}`);
}
