// What the values that tests give for one argument have in common: what breaks it is no input of the function, as far as
// anybody can tell, and says nothing about patches.
'use strict';

function* numbersIn(value, depth = 0) {
  if (typeof value === 'number') yield value;
  if (!Array.isArray(value) || depth >= 2) return;
  for (const item of value.slice(0, 50)) yield* numbersIn(item, depth + 1);
}

function isSorted(value) {
  return value.every((item, at) => at === 0 || value[at - 1] <= item);
}

class Custom {
  constructor(values) {
    const numbers = values.flatMap((value) => [...numbersIn(value)]);
    const lists = values.filter((value) => Array.isArray(value) && value.length > 1);
    this.notNegative = numbers.length > 0 && numbers.every((one) => one >= 0);
    this.whole = numbers.length > 0 && numbers.every(Number.isInteger);
    this.finite = numbers.every(Number.isFinite);
    // One list in order is no custom yet.
    this.inOrder = lists.filter((value) => value.length > 2).length > 1 && lists.every(isSorted);
  }

  allows(value) {
    for (const one of numbersIn(value)) {
      if (this.notNegative && one < 0) return false;
      if (this.whole && !Number.isInteger(one)) return false;
      if (this.finite && !Number.isFinite(one)) return false;
    }
    return !(this.inOrder && Array.isArray(value) && !isSorted(value));
  }
}

// By the position of an argument, over all calls of one function.
function customsOf(calls) {
  const values = [];
  for (const { given } of calls) {
    [...given].forEach((value, at) => (values[at] ||= []).push(value));
  }
  return values.map((of) => new Custom(of));
}

module.exports = { customsOf };
