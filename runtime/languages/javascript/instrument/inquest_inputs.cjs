// Answers of the target's functions to the inputs that its tests use, and to mutations of those.
//
// While the program runs, calls from outside (a test, the top of a script) into functions of the
// workspace are noted with their arguments. When it ends, each is called again with the same
// arguments, and with each argument changed a little by its type. Appends JSON lines to
// $INQUEST_OUT/answers.jsonl in the format of the other languages' instruments:
//
//     {"function": "shop/price.js:total", "code": "5f0c...", "import": false}
//     {"input": "shop/price.js:total([1, 2], 0)", "answer": "3", "own": true,
//      "ran": ["shop/price.js:total"]}
//
// Functions are those that CommonJS modules export and methods of exported classes; of ES modules
// and of the main script, the functions and classes declared at the top; and the methods of plain
// objects that such functions make. Objects are copied with their fields; those that hold what no
// copy has, private fields or the variables of the function that made them, are made and called
// anew (pasts.cjs). A call that does not answer then as it did to the test is left out. Works on Node.js 18.19 and
// later, in the main thread. Nothing in here may change what the program does before it ends, nor its exit
// status.
'use strict';

const fs = require('fs');
const path = require('path');
const { isMainThread } = require('worker_threads');
const { Past, begin, goOn, hides, markHiding, pastOf } = require('./pasts.cjs');
const { place, quietly, weave } = require('./weaving.cjs');

const { openSync, writeSync, statSync, realpathSync } = fs;
const HOOK = Symbol.for('inquest.inputs');
const CALLS_PER_FUNCTION = 12;
const FUNCTIONS_LIMIT = 400;

// Notes calls; one for the process.
class Recorder {
  constructor(root) {
    this.roots = [...new Set([root, realpathSync(root)])].map((one) => one + path.sep);
    this.proxies = new WeakMap(); // function -> what stands for it
    this.noted = new Map(); // function -> {text of the call: call}
    this.inside = 0;
    this.values = require('./values.cjs');
  }

  // Path in the workspace of a file whose functions count, or null.
  place(name) {
    const root = this.roots.find((one) => name.startsWith(one));
    if (!root) return null;
    return place(name.slice(root.length));
  }

  // The call, if it is a new one. `key` is the method's, undefined for a plain function: what that is called on is the
  // module's exports or nothing.
  note(target, name, key, self, given) {
    // The methods that an object has to itself are others for each object.
    const id = key !== undefined && Object.hasOwn(self, key) ? name : target;
    let calls = this.noted.get(id);
    if (!calls) {
      if (this.noted.size >= FUNCTIONS_LIMIT) return undefined;
      this.noted.set(id, calls = new Map());
    }
    if (calls.size >= CALLS_PER_FUNCTION) return undefined;
    const { clone, describeCall } = this.values;
    const [copyOfSelf, copies] = clone([key === undefined ? undefined : self, [...given]]);
    const call = { target, name, key, self: copyOfSelf, given: copies };
    const text = describeCall(call);
    if (calls.has(text)) return undefined;
    calls.set(text, call);
    return call;
  }

  // Notes what a call from outside returned, where that can be told without changing it.
  returned(call, value) {
    const known = new Map();
    const copy = this.values.clone(value, known);
    if (![...known.values()].some((one) => one instanceof Past)) {
      call.was = this.values.describe(copy);
    }
  }

  watch(target, name, key) {
    const known = this.proxies.get(target);
    if (known) return known;
    const recorder = this;
    const proxy = new Proxy(target, {
      apply(_, self, given) {
        if (recorder.inside > 0) return Reflect.apply(target, self, given);
        return recorder.called(target, name, key, self, given);
      },
    });
    this.proxies.set(target, proxy);
    this.proxies.set(proxy, proxy);
    return proxy;
  }

  called(target, name, key, self, given) {
    ++this.inside;
    try {
      const call = quietly(() => this.note(target, name, key, self, given));
      const copies = key === undefined || pastOf(self) ? this.copiesOf(given) : undefined;
      let value;
      try {
        value = Reflect.apply(target, self, given);
      } catch (error) {
        if (call) quietly(() => { call.was = this.values.thrown(error); });
        throw error;
      } finally {
        if (key !== undefined && self !== null && typeof self === 'object') goOn(self, key, copies);
      }
      if (call) quietly(() => this.returned(call, value));
      if (key === undefined) quietly(() => this.watchMade(value, target, name, given, copies));
      else if (quietly(() => typeof value.then === 'function')) goOn(self, key); // it may go on by itself
      return value;
    } finally {
      --this.inside;
    }
  }

  copiesOf(given) {
    return quietly(() => this.values.clone([...given]));
  }

  // Watches the methods of a plain object that a function made: they share its variables, which nobody can copy.
  watchMade(value, target, name, given, copies) {
    if (value === null || typeof value !== 'object' || pastOf(value) !== undefined ||
        Object.getPrototypeOf(value) !== Object.prototype || [...given].includes(value)) {
      return;
    }
    const methods = Object.entries(Object.getOwnPropertyDescriptors(value))
      .filter(([, property]) => typeof property.value === 'function' && !isClass(property.value));
    if (!methods.length) return;
    const complete = methods.every(([, property]) => property.configurable && property.writable);
    const maker = { name: name.slice(name.indexOf(':') + 1),
      make: (args) => Reflect.apply(target, undefined, args) };
    begin(value, maker, complete ? copies : undefined);
    if (complete && copies) this.watchMethods(value, `${name}().`);
  }

  // Watches the methods of a class or an object.
  watchMethods(holder, name) {
    for (const key of Object.getOwnPropertyNames(holder)) {
      const property = Object.getOwnPropertyDescriptor(holder, key);
      if (key === 'constructor' || !property.configurable || !property.writable ||
          typeof property.value !== 'function' || isClass(property.value)) {
        continue;
      }
      property.value = this.watch(property.value, name + key, key);
      Object.defineProperty(holder, key, property);
    }
  }

  // Stands for a class whose instances have no copy: knows how each was made.
  watchMaking(target, name) {
    const recorder = this;
    const maker = { name: `new ${name.slice(name.indexOf(':') + 1)}`,
      make: (given) => Reflect.construct(target, given) };
    const proxy = new Proxy(target, {
      construct(_, given, kind) {
        const watched = recorder.inside === 0 && kind === proxy;
        if (!watched) return Reflect.construct(target, given, kind);
        ++recorder.inside;
        try {
          const copies = recorder.copiesOf(given);
          const made = Reflect.construct(target, given, kind);
          begin(made, maker, copies);
          return made;
        } finally {
          --recorder.inside;
        }
      },
    });
    target.prototype.constructor = proxy;
    markHiding(proxy);
    this.proxies.set(target, proxy);
    this.proxies.set(proxy, proxy);
    return proxy;
  }

  // What is to stand for an exported or declared value.
  watched(value, name) {
    if (typeof value !== 'function') return value;
    if (this.proxies.has(value)) return this.proxies.get(value);
    if (!isClass(value)) {
      if (value.prototype && Object.getOwnPropertyNames(value.prototype).length > 1) {
        this.watchMethods(value.prototype, `${name}.prototype.`);
      }
      return this.watch(value, name);
    }
    this.watchMethods(value.prototype, `${name}.prototype.`);
    if (!hides(value)) {
      this.watchMethods(value, `${name}.`);
      return value;
    }
    return hasPrivateStatics(value) ? value : this.watchMaking(value, name);
  }

  watchExports(module, place) {
    const { exports } = module;
    if (typeof exports === 'function') {
      module.exports = this.watched(exports, `${place}:${exports.name || 'exports'}`);
      if (isClass(exports)) return;
    }
    if (exports === null || !['object', 'function'].includes(typeof exports)) return;
    for (const key of Object.keys(exports)) {
      const property = Object.getOwnPropertyDescriptor(exports, key);
      if (!property.configurable || !property.writable) continue;
      property.value = this.watched(property.value, `${place}:${key}`);
      Object.defineProperty(exports, key, property);
    }
  }
}

function isClass(value) {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

// Those are the class's own, and not of what stands for it.
function hasPrivateStatics(value) {
  return /\bstatic\s[\w\s*]*#/.test(Function.prototype.toString.call(value));
}

function watchCommonJs(recorder) {
  const Module = require('module');
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, ...rest) {
    const place = quietly(() => recorder.place(filename)) || null;
    const woven = place && this === process.mainModule ? weave(content, place) : content;
    const result = Reflect.apply(compile, this, [woven, filename, ...rest]);
    if (place) quietly(() => recorder.watchExports(this, place));
    return result;
  };
}

function watchEsModules(root) {
  const { register } = require('module');
  if (!register) return;
  const { pathToFileURL } = require('url');
  register(pathToFileURL(path.join(__dirname, 'hooks.mjs')).href,
    { data: { roots: [root, realpathSync(root)] } });
}

function start() {
  const out = process.env.INQUEST_OUT;
  if (!isMainThread || !out || !statSync(out).isDirectory()) return;
  const root = process.env.INQUEST_WORKSPACE || '/workspace';
  const recorder = new Recorder(root);
  Object.defineProperty(globalThis, HOOK, {
    value: (value, name) => {
      const watched = quietly(() => recorder.watched(value, name));
      return watched === undefined ? value : watched;
    },
  });
  const { Replay } = require('./replay.cjs');
  const replay = new Replay(recorder);
  process.on('exit', () => {
    recorder.inside = 1;
    quietly(() => {
      const file = openSync(path.join(out, 'answers.jsonl'), 'a');
      replay.run((record) => writeSync(file, JSON.stringify(record) + '\n'));
    });
  });
  watchCommonJs(recorder);
  watchEsModules(root);
}

quietly(start);
