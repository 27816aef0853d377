// How objects that have no copy came to be: those with private fields, and those whose methods share variables.
'use strict';

const CALLS_LIMIT = 50;
const PRIVATE = /(?<!\bstatic\s[\w\s*]*)#[\w$]+\s*(?:[=;(]|in\b)/; // a field or method of instances

// Such an object as it was at one time: how it was made, and what was called on it since. Immutable.
class Past {
  // maker: {name, make(given)}; calls: [{key, given}]
  constructor(maker, given, calls) {
    Object.assign(this, { maker, given, calls });
  }

  then(key, given) {
    return new Past(this.maker, this.given, [...this.calls, { key, given }]);
  }

  // The object anew; what a call throws is part of its past.
  make(clone) {
    const object = this.maker.make(clone(this.given));
    for (const { key, given } of this.calls) {
      try {
        object[key](...clone(given));
      } catch {
        // As then.
      }
    }
    return object;
  }

  // Others that were made or called a little otherwise, in columns; `changed` gives changes of a list of arguments.
  others(changed) {
    const { maker, given, calls } = this;
    const columns = [changed(given).map((other) => new Past(maker, other, calls))];
    calls.forEach((call, at) => {
      const [before, after] = [calls.slice(0, at), calls.slice(at + 1)];
      columns.push([new Past(maker, given, [...before, ...after]),
        new Past(maker, given, [...before, call, ...calls.slice(at)]),
        ...changed(call.given).map((other) =>
          new Past(maker, given, [...before, { ...call, given: other }, ...after]))]);
    });
    return columns;
  }
}

const pasts = new WeakMap(); // object -> Past, or null: it is not known any more

// Past of an object, null if it is lost, undefined for an object that has none.
function pastOf(object) {
  return pasts.get(object);
}

function begin(object, maker, given) {
  pasts.set(object, given ? new Past(maker, given, []) : null);
}

// given: undefined if it is not known.
function goOn(object, key, given) {
  const past = pasts.get(object);
  if (!past) return;
  pasts.set(object, given && past.calls.length < CALLS_LIMIT ? past.then(key, given) : null);
}

const hiding = new WeakMap(); // class -> whether its instances hold what no copy has

function markHiding(kind) {
  hiding.set(kind, true);
}

// Whether instances of a class hold what no copy has: private fields, also of a class above.
function hides(kind) {
  if (typeof kind !== 'function') return false;
  if (!hiding.has(kind)) {
    const text = Function.prototype.toString.call(kind);
    hiding.set(kind, (/^class\b/.test(text) && PRIVATE.test(text)) || hides(Object.getPrototypeOf(kind)));
  }
  return hiding.get(kind);
}

module.exports = { Past, begin, goOn, hides, markHiding, pastOf };
