// Records which lines of the workspace each test runs, and how the test ended.
//
// Appends JSON lines to $INQUEST_OUT/coverage.jsonl in the format of the other languages' instruments:
//
//     {"p": 12, "files": {"0": "shop/price.js"}, "test": "test/price.js::total > adds",
//      "outcome": "failed", "lines": {"0": "1-5,9"}}
//
// The engine counts blocks; a line ran when a block that ran has code on it. Tests are those of
// node:test, mocha and jest; what ran outside of any is "". Works on Node.js 18 and 20, in worker
// threads and child processes. Nothing in here may change what the program does.
'use strict';

const fs = require('fs');
const Module = require('module');
const path = require('path');
const { AsyncResource } = require('async_hooks');
const { fileURLToPath } = require('url');
const { threadId } = require('worker_threads');

const OUTPUT_LIMIT_BYTES = 48 << 20;
const FILES_LIMIT = 4000;
const SOURCE_LIMIT_BYTES = 4 << 20;
const THREADS_LIMIT = 1024;
const NOT_OURS = new Set(['node_modules', 'bower_components', '.yarn']);

// The program may replace these later, for its tests.
const { openSync, writeSync, closeSync, readFileSync, statSync, realpathSync } = fs;

function ranges(lines) {
  const sorted = [...lines].sort((a, b) => a - b);
  const parts = [];
  for (let at = 0; at < sorted.length;) {
    let end = at;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end] + 1) ++end;
    parts.push(at === end ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

// Where the code of a text stands: the begin of each word, and the line of each.
function wordsOf(text) {
  const token =
    /\n|\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|[\w$'"`.]+/g;
  const begins = [];
  const lines = [];
  let line = 1;
  for (const match of text.matchAll(token)) {
    const word = match[0];
    if (word === '\n') {
      ++line;
    } else if (word.startsWith('/*')) {
      line += word.split('\n').length - 1;
    } else if (!word.startsWith('//')) {
      begins.push(match.index);
      lines.push(line);
    }
  }
  return { begins, lines };
}

// Disjoint pieces that ran: the innermost range decides.
function piecesThatRan(functions) {
  const all = functions.flatMap((one) => one.ranges);
  all.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const pieces = [];
  const open = [];
  let at = 0;
  const advance = (to) => {
    if (to > at && open.length && open[open.length - 1].count > 0) pieces.push([at, to]);
    at = Math.max(at, to);
  };
  const closeUntil = (offset) => {
    while (open.length && open[open.length - 1].endOffset <= offset) {
      advance(open[open.length - 1].endOffset);
      open.pop();
    }
  };
  for (const range of all) {
    closeUntil(range.startOffset);
    advance(range.startOffset);
    open.push(range);
  }
  closeUntil(Infinity);
  return pieces;
}

class Recorder {
  constructor(root, file, session) {
    this.roots = [...new Set([root, realpathSync(root)])].map((one) => one + path.sep);
    this.file = file;
    this.session = session;
    this.process = process.pid * THREADS_LIMIT + (threadId % THREADS_LIMIT);
    this.scripts = new Map(); // url -> {number, begins, lines}, or null: not of the workspace
    this.names = [];
    this.named = 0;
    this.written = 0;
    this.test = '';
  }

  relative(name) {
    const root = this.roots.find((one) => name.startsWith(one));
    return root ? name.slice(root.length) : null;
  }

  script(url) {
    if (this.scripts.has(url)) return this.scripts.get(url);
    let script = null;
    try {
      const name = url.startsWith('file://') ? fileURLToPath(url) : url;
      const relative = path.isAbsolute(name) ? this.relative(name) : null;
      if (relative !== null && this.names.length < FILES_LIMIT &&
          !relative.split(path.sep).some((part) => NOT_OURS.has(part)) &&
          statSync(name).size <= SOURCE_LIMIT_BYTES) {
        script = wordsOf(readFileSync(name, 'utf8').replace(/^\uFEFF/, ''));
        script.number = this.names.push(relative) - 1;
      }
    } catch {
      script = null;
    }
    this.scripts.set(url, script);
    return script;
  }

  // What ran since the last call, by number of the file.
  take() {
    const seen = {};
    let taken = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (!error) taken = answer.result;
    });
    for (const { url, functions } of taken) {
      const script = this.script(url);
      if (script === null) continue;
      const lines = new Set();
      for (const [begin, end] of piecesThatRan(functions)) {
        let low = 0;
        for (let high = script.begins.length; low < high;) {
          const middle = (low + high) >> 1;
          if (script.begins[middle] < begin) low = middle + 1;
          else high = middle;
        }
        for (; low < script.begins.length && script.begins[low] < end; ++low) {
          lines.add(script.lines[low]);
        }
      }
      if (lines.size) seen[script.number] = ranges(lines);
    }
    return seen;
  }

  write(outcome) {
    const lines = this.take();
    const record = { p: this.process };
    if (this.named < this.names.length) {
      record.files = {};
      for (; this.named < this.names.length; ++this.named) {
        record.files[this.named] = this.names[this.named];
      }
    }
    Object.assign(record, { test: this.test, outcome, lines });
    const data = Buffer.from(JSON.stringify(record) + '\n');
    if (this.written + data.length > OUTPUT_LIMIT_BYTES) return;
    this.written += data.length;
    const out = openSync(this.file, 'a');
    try {
      writeSync(out, data);
    } finally {
      closeSync(out);
    }
  }

  begin(test) {
    if (this.test || !test) return false;
    quietly(() => this.write('running'));
    this.test = test;
    return true;
  }

  end(outcome) {
    quietly(() => this.write(outcome));
    this.test = '';
  }

  finish(code) {
    quietly(() => this.write(this.test ? 'running' : code ? 'failed' : 'ended'));
  }

  nameOf(file, titles) {
    return `${(file && this.relative(path.resolve(file))) || ''}::${titles.join(' > ')}`;
  }
}

function quietly(what) {
  try {
    return what();
  } catch {
    return undefined;
  }
}

// The class of the tests is internal to node:test, but its objects run their functions by a public
// method that they inherit.
function watchNodeTest(recorder) {
  const run = AsyncResource.prototype.runInAsyncScope;
  let Test = null;
  let active = null;

  const begin = (test) => {
    if (test.constructor !== Test || !test.parent || active) return;
    const titles = [];
    for (let one = test; one && one.parent; one = one.parent) titles.unshift(one.name);
    if (recorder.begin(recorder.nameOf(process.argv[1], titles))) active = test;
  };
  const end = (test) => {
    if (active !== test) return;
    active = null;
    const failed = !test.passed || test.subtests.some((one) => !one.passed && !one.isTodo);
    recorder.end(test.skipped ? 'skipped' : failed ? 'failed' : 'passed');
  };
  const patch = (object) => {
    let prototype = Object.getPrototypeOf(object);
    while (prototype && !(prototype.constructor.name === 'Test' &&
                          Object.hasOwn(prototype, 'postRun'))) {
      prototype = Object.getPrototypeOf(prototype);
    }
    if (!prototype) return;
    Test = prototype.constructor;
    const { run: runTest, postRun } = prototype;
    prototype.run = function (...given) {
      quietly(() => begin(this));
      return Reflect.apply(runTest, this, given);
    };
    prototype.postRun = function (...given) {
      quietly(() => end(this));
      return Reflect.apply(postRun, this, given);
    };
  };
  AsyncResource.prototype.runInAsyncScope = function (...given) {
    quietly(() => {
      if (Test === null) patch(this);
      if (Test !== null && this instanceof Test) begin(this);
    });
    return Reflect.apply(run, this, given);
  };
}

function watchMocha(Runnable, recorder) {
  const { run } = Runnable.prototype;
  Runnable.prototype.run = function (done) {
    const name = quietly(() => this.type === 'test' &&
      recorder.nameOf(this.file, this.titlePath()));
    if (!name || !recorder.begin(name)) return Reflect.apply(run, this, [done]);
    const runnable = this;
    return Reflect.apply(run, this, [function (...given) {
      recorder.end(runnable.pending ? 'skipped' : given[0] ? 'failed' : 'passed');
      return Reflect.apply(done, this, given);
    }]);
  };
}

// Only under these runners: the frame of the wrapper would show in every stack trace.
function watchRunners(recorder) {
  if (!/\b_?(mocha|jest)/.test(process.argv[1] || '')) return;
  const load = Module._load;
  const known = new WeakSet();
  Module._load = function (...given) {
    const loaded = Reflect.apply(load, this, given);
    quietly(() => {
      if (typeof loaded !== 'function' || known.has(loaded)) return;
      known.add(loaded);
      if (loaded.name === 'Runnable' && loaded.prototype.run) watchMocha(loaded, recorder);
    });
    return loaded;
  };
}

function start() {
  const out = process.env.INQUEST_OUT;
  if (!out || !statSync(out).isDirectory()) return;
  const { Session } = require('inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const recorder = new Recorder(process.env.INQUEST_WORKSPACE || '/workspace',
    path.join(out, 'coverage.jsonl'), session);
  process.on('exit', (code) => recorder.finish(code));
  watchNodeTest(recorder);
  watchRunners(recorder);
}

quietly(start);
