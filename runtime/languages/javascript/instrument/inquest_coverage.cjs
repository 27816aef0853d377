// Records which lines of the workspace each test runs, and how the test ended.
//
// Appends JSON lines to $INQUEST_OUT/coverage.jsonl in the format of python's instrument:
//
//     {"p": 12, "files": {"0": "shop/price.js"}, "test": "test/price.js::total > adds",
//      "outcome": "failed", "lines": {"0": "1-5,9"}}
//
// The engine counts blocks; a line ran when a block that ran has code on it. Tests are those of
// node:test and mocha; what ran outside of any is "". Works on Node.js 18 and 20, in worker
// threads and child processes. Nothing in here may change what the program does.
'use strict';

const { statSync } = require('fs');
const Module = require('module');
const path = require('path');
const { AsyncResource } = require('async_hooks');
const { Session } = require('inspector');
const { isMainThread, threadId, Worker } = require('worker_threads');
const { Writer } = require('./lines.cjs');

const THREADS_LIMIT = 1024;
const TEST_BYTES_LIMIT = 1024;
const FAREWELL_MILLISECONDS = 1000;

class Recorder {
  constructor(root, file, session) {
    this.id = process.pid * THREADS_LIMIT + (threadId % THREADS_LIMIT);
    this.writer = new Writer(root, file, this.id);
    this.session = session;
    this.test = '';
    this.begun = 0;
    // What the watch reads: how often a test began or ended, and the name of the one that runs; and
    // whether it has looked (1) and gone (2).
    this.shared = new SharedArrayBuffer(8 + TEST_BYTES_LIMIT);
    this.state = new Int32Array(this.shared, 0, 2);
  }

  write(outcome) {
    let taken = [];
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (!error) taken = answer.result;
    });
    this.writer.write(this.test, outcome, taken);
  }

  enter(test) {
    this.test = test;
    Atomics.add(this.state, 0, 1);
    const name = new Uint8Array(this.shared, 8);
    name.fill(0);
    name.set(Buffer.from(test).subarray(0, TEST_BYTES_LIMIT));
  }

  begin(test) {
    if (this.test || !test) return false;
    // What runs between two tests prepares the second.
    if (this.begun++ === 0) quietly(() => this.write('running'));
    this.enter(test);
    return true;
  }

  end(outcome) {
    quietly(() => this.write(outcome));
    this.enter('');
  }

  finish(code) {
    quietly(() => this.write(this.test ? 'running' : code ? 'failed' : 'ended'));
    quietly(() => {
      if (!this.watch || Atomics.load(this.state, 1) !== 1) return;
      this.watch.postMessage('end');
      Atomics.wait(this.state, 1, 1, FAREWELL_MILLISECONDS);
    });
  }

  nameOf(file, titles) {
    return `${(file && this.writer.relative(path.resolve(file))) || ''}::${titles.join(' > ')}`;
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

// Only under mocha: the frame of the wrapper would show in every stack trace.
function watchModules(recorder) {
  if (!/\b_?mocha/.test(process.argv[1] || '')) return;
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
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const root = process.env.INQUEST_WORKSPACE || '/workspace';
  const file = path.join(out, 'coverage.jsonl');
  const recorder = new Recorder(root, file, session);
  if (isMainThread) {
    const { id, shared } = recorder;
    recorder.watch = new Worker(path.join(__dirname, 'watch.cjs'),
      { execArgv: [], env: {}, workerData: { root, file, id, shared } });
    recorder.watch.unref();
  }
  process.on('exit', (code) => recorder.finish(code));
  watchNodeTest(recorder);
  watchModules(recorder);
}

quietly(start);
