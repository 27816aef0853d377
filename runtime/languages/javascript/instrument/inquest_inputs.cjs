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
// and of the main script, the functions and classes declared at the top. Works on Node.js 18.19 and
// later, in the main thread. Nothing in here may change what the program does before it ends, nor its exit
// status.
'use strict';

const fs = require('fs');
const path = require('path');
const { isMainThread } = require('worker_threads');
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

  note(target, name, self, given) {
    let calls = this.noted.get(target);
    if (!calls) {
      if (this.noted.size >= FUNCTIONS_LIMIT) return;
      this.noted.set(target, calls = new Map());
    }
    if (calls.size >= CALLS_PER_FUNCTION) return;
    const { clone, describeCall } = this.values;
    // The receiver of a plain function is the module's exports or nothing.
    const call = { target, name, self: name.includes('.prototype.') ? self : undefined, given };
    const text = describeCall(call);
    if (calls.has(text)) return;
    calls.set(text, { ...call, self: clone(call.self), given: clone([...given]) });
  }

  watch(target, name) {
    const known = this.proxies.get(target);
    if (known) return known;
    const recorder = this;
    const proxy = new Proxy(target, {
      apply(_, self, given) {
        if (recorder.inside > 0) return Reflect.apply(target, self, given);
        ++recorder.inside;
        try {
          quietly(() => recorder.note(target, name, self, given));
          return Reflect.apply(target, self, given);
        } finally {
          --recorder.inside;
        }
      },
    });
    this.proxies.set(target, proxy);
    this.proxies.set(proxy, proxy);
    return proxy;
  }

  // A class stays itself: only its methods are watched.
  watchMethods(holder, name) {
    for (const key of Object.getOwnPropertyNames(holder)) {
      const property = Object.getOwnPropertyDescriptor(holder, key);
      if (key === 'constructor' || !property.configurable || !property.writable ||
          typeof property.value !== 'function' || isClass(property.value)) {
        continue;
      }
      property.value = this.watch(property.value, name + key);
      Object.defineProperty(holder, key, property);
    }
  }

  // What is to stand for an exported or declared value.
  watched(value, name) {
    if (typeof value !== 'function') return value;
    if (!isClass(value)) {
      if (value.prototype && Object.getOwnPropertyNames(value.prototype).length > 1) {
        this.watchMethods(value.prototype, `${name}.prototype.`);
      }
      return this.watch(value, name);
    }
    // Private fields cannot be copied, and what does not have them cannot be called.
    if (!/\bthis\.#/.test(Function.prototype.toString.call(value))) {
      this.watchMethods(value.prototype, `${name}.prototype.`);
    }
    this.watchMethods(value, `${name}.`);
    return value;
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
