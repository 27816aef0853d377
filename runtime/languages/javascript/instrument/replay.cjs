// Calls again what was recorded, when the program has ended.
'use strict';

const { readFileSync, statSync } = require('fs');
const { createHash } = require('crypto');
const { Session } = require('inspector');
const { fileURLToPath } = require('url');
const vm = require('vm');
const { quietly, weave } = require('./weaving.cjs');
const { Customs } = require('./customs.cjs');
const { Past } = require('./pasts.cjs');
const { clone, describe, describeCall, inTurn, mutations, thrown } = require('./values.cjs');

const INPUTS_PER_CALL = 60;
const INPUTS_LIMIT = 4000;
const RAN_LIMIT = 100;
const SOURCE_LIMIT_BYTES = 1 << 20;
const CALL_MILLISECONDS = 250;
const TOTAL_MILLISECONDS = 5000;
const CALL = Symbol.for('inquest.call');
const now = performance.now.bind(performance);

// What the code of a function says, without comments, white space and the functions in it.
function digest(text) {
  const token =
    /\/\/[^\n]*|\/\*[^]*?\*\/|\s+|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`|[\w$]+|[^]/g;
  let plain = '';
  for (const [word] of text.matchAll(token)) {
    if (!/^\s/.test(word) && !/^\/[/*]/.test(word)) plain += `${word} `;
  }
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}

function constantsOf(target) {
  const text = Function.prototype.toString.call(target);
  const numbers = [...text.matchAll(/(?<![\w$.])\d+(?:\.\d+)?(?![\w$.])/g)].map(([one]) => +one);
  const texts = [...text.matchAll(/'([^'\\\n]{0,20})'|"([^"\\\n]{0,20})"/g)]
    .map((match) => match[1] ?? match[2]);
  return [...new Set([...numbers, ...texts])].slice(0, 20);
}

// The call with its object or one argument changed; then with two of the same type swapped or made equal.
function variants(call, constants) {
  const { given } = call;
  const columns = given.map((value, at) => mutations(value, constants)
    .map((other) => ({ ...call, given: [...given.slice(0, at), other, ...given.slice(at + 1)] })));
  columns.push(mutations(call.self, constants).map((self) => ({ ...call, self })));
  for (let first = 0; first < Math.min(given.length, 5); ++first) {
    for (let second = first + 1; second < Math.min(given.length, 5); ++second) {
      const [a, b] = [given[first], given[second]];
      if (typeof a !== typeof b || Array.isArray(a) !== Array.isArray(b)) continue;
      const [swapped, equal] = [[...given], [...given]];
      [swapped[first], swapped[second], equal[second]] = [b, a, a];
      columns.push([{ ...call, given: swapped }, { ...call, given: equal }]);
    }
  }
  return inTurn(...columns);
}

// Nothing that a call does to the process may outlive it.
function guarded(printed, what) {
  const refuse = () => {
    throw new Error('the process has ended');
  };
  const saved = [];
  const replace = (object, key, value) => {
    saved.push([object, key, Object.getOwnPropertyDescriptor(object, key)]);
    Object.defineProperty(object, key, { value, configurable: true, writable: true });
  };
  const print = (text) => {
    if (printed.text.length < 4096) printed.text += String(text);
    return true;
  };
  for (const key of ['exit', 'reallyExit', 'kill', 'abort']) replace(process, key, refuse);
  replace(process.stdout, 'write', print);
  replace(process.stderr, 'write', print);
  const { exitCode } = process;
  const listeners = process.rawListeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', () => {});
  try {
    return what();
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
    for (const [object, key, property] of saved.reverse()) {
      if (property) Object.defineProperty(object, key, property);
      else delete object[key];
    }
    process.exitCode = exitCode;
  }
}

class Replay {
  constructor(recorder) {
    this.recorder = recorder;
    this.session = new Session();
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    this.script = new vm.Script(`globalThis[Symbol.for('inquest.call')]()`);
    this.names = new Map(); // url and range of a function -> its name in the records
    this.written = new Set();
  }

  take() {
    let taken = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (!error) taken = answer.result;
    });
    return taken;
  }

  run(write) {
    for (const script of this.take()) {
      for (const record of quietly(() => this.functionsOf(script)) || []) write(record);
    }
    delete process.env.INQUEST_OUT;
    const end = now() + TOTAL_MILLISECONDS;
    // One mutation of every call, then the next of every call: time ends them evenly.
    let streams = [...this.recorder.noted.values()].flatMap((noted) => {
      const calls = [...noted.values()];
      const customs = new Customs(calls);
      return calls.map((call) => this.inputs(call, customs));
    });
    while (streams.length && this.written.size < INPUTS_LIMIT) {
      const alive = [];
      for (const stream of streams) {
        if (now() > end) return;
        const { value, done } = stream.next();
        if (done) continue;
        alive.push(stream);
        if (value) write(value);
      }
      streams = alive;
    }
  }

  functionsOf({ url, functions }) {
    const file = url.startsWith('file://') ? fileURLToPath(url) : url;
    const place = this.recorder.place(file);
    if (!place || statSync(file).size > SOURCE_LIMIT_BYTES) return [];
    const sorted = functions.map((one) => ({ name: one.functionName, ...one.ranges[0] }))
      .sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
    let text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    if (sorted.length && sorted[0].endOffset !== text.length) text = weave(text, place);
    const taken = new Set();
    const open = [];
    const records = [];
    for (const one of sorted) {
      while (open.length && open[open.length - 1].endOffset <= one.startOffset) open.pop();
      const outer = open[open.length - 1];
      const top = one.startOffset === 0 && one.endOffset === text.length;
      const inner = one.name || 'anonymous';
      one.path = top ? '' : outer && outer.path ? `${outer.path}.${inner}` : inner;
      while (taken.has(one.path)) one.path += "'";
      taken.add(one.path);
      one.own = '';
      one.at = one.startOffset;
      if (outer) {
        outer.own += text.slice(outer.at, one.startOffset) + `function ${inner};`;
        outer.at = one.endOffset;
      }
      open.push(one);
      const name = `${place}:${one.path}`;
      this.names.set(`${url} ${one.startOffset} ${one.endOffset}`, name);
      records.push([one, name, top]);
    }
    return records.map(([one, name, top]) => ({
      function: name, code: digest(one.own + text.slice(one.at, one.endOffset)), import: top }));
  }

  * inputs(call, customs) {
    const own = this.record(call, true);
    // What does not answer as it did to the test depends on more than what it is given.
    if (!own || (call.was !== undefined && own.ended !== call.was)) return;
    yield own.record;
    let count = 0;
    for (const variant of quietly(() => variants(call, constantsOf(call.target))) || []) {
      if (!quietly(() => customs.allow(variant))) continue;
      if (++count > INPUTS_PER_CALL) return;
      const other = this.record(variant, false);
      yield other && other.record;
    }
  }

  // null for a call that does not answer the same twice.
  record(call, own) {
    const input = quietly(() => describeCall(call));
    if (!input || this.written.has(input)) return null;
    this.written.add(input);
    this.take();
    const answer = this.answer(call);
    const ran = new Set();
    for (const { url, functions } of this.take()) {
      for (const { ranges: [{ startOffset, endOffset, count }] } of functions) {
        const name = count > 0 && this.names.get(`${url} ${startOffset} ${endOffset}`);
        if (name && ran.size < RAN_LIMIT) ran.add(name);
      }
    }
    if (!answer || this.answer(call)?.text !== answer.text) return null;
    return { ended: answer.ended, record: { input, answer: answer.text, own, ran: [...ran].sort() } };
  }

  // How it ended, and that with what it left and printed; null: it has none in time.
  answer(call) {
    return quietly(() => {
      const printed = { text: '' };
      let [self, given, before] = [];
      const ended = guarded(printed, () => this.inTime(() => {
        [self, given] = clone([call.self, call.given]);
        printed.text = '';
        before = describeCall({ name: '', self, given });
        // The methods of an object that is made anew are its own.
        return [call.self instanceof Past ? self[call.key] : call.target, self, given];
      }));
      if (ended === null) return null;
      const after = describeCall({ name: '', self, given });
      const text = ended + (after === before ? '' : `; leaves ${after}`) +
        (printed.text ? `; prints ${describe(printed.text)}` : '');
      return { ended, text };
    }) ?? null;
  }

  // Calls what `prepare` gives, [function, object, arguments]; null if that has no end in time.
  inTime(prepare) {
    let ended = null;
    Object.defineProperty(globalThis, CALL, { configurable: true, value: () => {
      const [target, self, given] = prepare();
      try {
        const value = Reflect.apply(target, self, given);
        if (value === null || typeof value !== 'object' || typeof value.then !== 'function') {
          ended = describe(value);
          return;
        }
        value.then((settled) => { ended = `resolves ${describe(settled)}`; },
          (error) => { ended = `rejects ${(error && error.name) || describe(error)}`; });
        process._tickCallback();
      } catch (error) {
        ended = thrown(error);
      }
    } });
    try {
      this.script.runInThisContext({ timeout: CALL_MILLISECONDS });
    } finally {
      delete globalThis[CALL];
    }
    return ended;
  }
}

module.exports = { Replay };
