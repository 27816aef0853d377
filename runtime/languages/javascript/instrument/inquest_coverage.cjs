// Records which lines of the workspace each test runs, and how the test ended: the JSON lines that
// python/instrument/inquest_coverage.py describes, appended to $INQUEST_OUT/coverage.jsonl.
//
// Tests are those of node:test and of mocha; whatever else runs is of the process, test "". A line
// counts when any of its code ran. A record without lines is written when a test begins, so that
// one which never ends is known by name. Nothing in here may change what the program does.
'use strict';

const fs = require('fs');
const path = require('path');
const { AsyncResource } = require('async_hooks');
const { isMainThread } = require('worker_threads');
const { fileURLToPath } = require('url');
const Module = require('module');

const OUTPUT_LIMIT_BYTES = 48 << 20;
const FILES_LIMIT = 4000;
const SOURCE_LIMIT_BYTES = 4 << 20;

function rangesOf(lines) {
  const parts = [];
  for (let i = 0; i < lines.length; ) {
    let j = i;
    while (j + 1 < lines.length && lines[j + 1] === lines[j] + 1) j += 1;
    parts.push(i === j ? `${lines[i]}` : `${lines[i]}-${lines[j]}`);
    i = j + 1;
  }
  return parts.join(',');
}

// Inner ranges come after the outer ones and paint over them.
function linesOf(functions, source) {
  const ran = new Uint8Array(source.length);
  const ranges = functions.flatMap((f) => f.ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const r of ranges) ran.fill(r.count > 0 ? 1 : 0, r.startOffset, r.endOffset);
  const lines = [];
  let offset = 0;
  source.split('\n').forEach((text, index) => {
    const code = text.trim();
    const blank = /^[{}()[\];,]*$/.test(code) || /^(\/\/|\/\*|\*)/.test(code);
    for (let i = 0; !blank && i < text.length; i += 1) {
      if (ran[offset + i] && !/[\s{}()[\];,]/.test(text[i])) {
        lines.push(index + 1);
        break;
      }
    }
    offset += text.length + 1;
  });
  return lines;
}

class Recorder {
  constructor(session, root, out) {
    this.session = session;
    this.root = path.join(fs.realpathSync(root), '/');
    this.path = path.join(out, 'coverage.jsonl');
    this.files = new Map();  // url -> { number, source }, or null: not of the workspace
    this.fresh = {};
    this.count = 0;
    this.written = 0;
    this.test = '';
    this.failed = false;
  }

  relative(url) {
    try {
      const name = url.startsWith('file:') ? fileURLToPath(url) : url;
      if (!name.startsWith(this.root)) return '';
      const relative = name.slice(this.root.length);
      return relative.split('/').includes('node_modules') ? '' : relative;
    } catch {
      return '';
    }
  }

  file(url) {
    if (this.files.has(url)) return this.files.get(url);
    let file = null;
    const relative = this.relative(url);
    if (relative && this.count < FILES_LIMIT) {
      try {
        const name = this.root + relative;
        if (fs.statSync(name).size <= SOURCE_LIMIT_BYTES) {
          const source = fs.readFileSync(name, 'utf8').replace(/^\uFEFF/, '');
          file = { number: this.count, source };
          this.fresh[this.count] = relative;
          this.count += 1;
        }
      } catch {
        file = null;
      }
    }
    this.files.set(url, file);
    return file;
  }

  take() {
    const lines = {};
    this.session.post('Profiler.takePreciseCoverage', (error, taken) => {
      for (const script of error ? [] : taken.result) {
        const file = this.file(script.url);
        if (!file) continue;
        const ranges = rangesOf(linesOf(script.functions, file.source));
        if (ranges) lines[file.number] = ranges;
      }
    });
    return lines;
  }

  write(outcome, lines) {
    const record = { p: process.pid, files: this.fresh, test: this.test, outcome, lines };
    this.fresh = {};
    const data = Buffer.from(`${JSON.stringify(record)}\n`);
    if (this.written + data.length > OUTPUT_LIMIT_BYTES) return;
    this.written += data.length;
    try {
      fs.appendFileSync(this.path, data);
    } catch {
      // A full or missing folder is not the program's concern.
    }
  }

  // False: another test is going on.
  begin(test) {
    if (this.test || !test) return false;
    this.write('running', this.take());
    this.test = test;
    this.write('running', {});
    return true;
  }

  end(outcome) {
    this.write(outcome, this.take());
    this.test = '';
  }

  finish() {
    this.write(this.test ? 'running' : this.failed ? 'failed' : 'ended', this.take());
  }
}

// node:test runs a test's function in the scope of the test, which is an AsyncResource.
function hookNodeTest(recorder) {
  const original = AsyncResource.prototype.runInAsyncScope;
  AsyncResource.prototype.runInAsyncScope = function runInAsyncScope(...args) {
    if (this.constructor.name === 'Test' && typeof this.postRun === 'function' && this.parent) {
      const names = [];
      for (let test = this; test && test.parent; test = test.parent) names.unshift(test.name);
      if (recorder.begin(names.join(' > '))) {
        const { postRun } = this;
        this.postRun = function (...rest) {
          delete this.postRun;
          recorder.end(this.skipped ? 'skipped' : this.passed ? 'passed' : 'failed');
          return postRun.apply(this, rest);
        };
      }
    }
    return original.apply(this, args);
  };
}

function hookMocha(recorder) {
  const load = Module._load;
  const hooked = new WeakSet();
  Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (!/(^|\/)runnable(\.js)?$/.test(request) || typeof loaded !== 'function') return loaded;
    if (hooked.has(loaded) || typeof loaded.prototype.run !== 'function') return loaded;
    hooked.add(loaded);
    const { run } = loaded.prototype;
    loaded.prototype.run = function (done) {
      if (this.type !== 'test' || !recorder.begin(this.titlePath().join(' > '))) {
        return run.call(this, done);
      }
      let ended = false;
      return run.call(this, (error, ...more) => {
        if (!ended) recorder.end(this.pending ? 'skipped' : error ? 'failed' : 'passed');
        ended = true;
        return done(error, ...more);
      });
    };
    return loaded;
  };
}

function start() {
  const { INQUEST_OUT: out, INQUEST_WORKSPACE: root } = process.env;
  if (!isMainThread || !out || !root) return;
  const { Session } = require('inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const recorder = new Recorder(session, root, out);
  hookNodeTest(recorder);
  hookMocha(recorder);
  process.on('uncaughtExceptionMonitor', () => { recorder.failed = true; });
  process.on('exit', () => recorder.finish());
}

try {
  start();
} catch {
  // Without an inspector there is no coverage; the program runs all the same.
}
