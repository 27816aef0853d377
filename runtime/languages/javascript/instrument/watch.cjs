// Looks at the main thread from a thread of its own once a test goes on for a while: a program that
// hangs or is killed leaves its trace too.
'use strict';

const { Session } = require('inspector');
const { parentPort, workerData: { root, file, id, shared } } = require('worker_threads');
const { Writer } = require('./lines.cjs');

const LONG_MILLISECONDS = 1000;

const writer = new Writer(root, file, id, 'w');
const state = new Int32Array(shared, 0, 2);
const name = Buffer.from(shared, 8);
let last = -1;
let session = null;

function look() {
  const now = Atomics.load(state, 0);
  if (now !== last) {
    last = now;
    return;
  }
  const test = name.toString('utf8').replace(/\0+$/, '');
  if (session === null) {
    // It stays: when a session ends, the counting ends for all.
    Atomics.store(state, 1, 1);
    session = new Session();
    session.connectToMainThread();
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }
  session.post('Profiler.takePreciseCoverage', (error, answer) => {
    if (!error && Atomics.load(state, 0) === now) writer.write(test, 'running', answer.result);
  });
}

// The end of the program would wait for the session, and say so.
parentPort.once('message', () => {
  clearInterval(timer);
  if (session) session.disconnect();
  Atomics.store(state, 1, 2);
  Atomics.notify(state, 1);
});

const timer = setInterval(look, LONG_MILLISECONDS);
