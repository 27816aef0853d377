'use strict';
// Runs one Node.js command many times, each in a worker thread of its own, which starts in a fraction of a process'
// time. Started as `node zygote.cjs WORDS OF THE COMMAND`. Speaks like zygote.py (with "first", the worker of the first file
that fails is the last one); as a worker has no pid, it gives its own:
// whoever ends it ends this process. Nothing of the workspace is loaded outside of a worker.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { Worker } = require('node:worker_threads');

const NESTED_MOST = 3;
// Up to that one, `node --test` looks for files as testFilesIn does; later ones take patterns.
const OLD_RULES_MOST = 20;

// { files, args }, or null for a command that takes more than a worker.
function understand(words, nested) {
  const name = path.basename(words[0] || '');
  if (nested > NESTED_MOST) return null;
  if (name === 'node' || name === 'nodejs') return ofNode(words.slice(1));
  if (name === 'npx' && words[1] && !words[1].startsWith('-')) return ofBin(words.slice(1));
  if (name === 'npm') {
    const script = words[1] === 'test' || words[1] === 't' ? 'test' : words[1] === 'run' ? words[2] : null;
    if (!script || words.length > (words[1] === 'run' ? 3 : 2)) return null;
    const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    const scripts = manifest.scripts || {};
    const command = scripts[script];
    if (!command || scripts[`pre${script}`] || scripts[`post${script}`]) return null;
    if (/[^\w\s./@:=,+-]/.test(command)) return null;
    const inner = command.trim().split(/\s+/);
    return understand(inner, nested + 1) || ofBin(inner);
  }
  return null;
}

function ofNode(words) {
  // `node --test` would run each file in a child, with the same tests and exit status.
  if (words[0] === '--test') return ofTests(words.slice(1).filter((word) => !/^--test-reporter=\w+$/.test(word)));
  if (!words[0] || words[0].startsWith('-') || !isFile(words[0])) return null;
  return { files: [path.resolve(words[0])], args: words.slice(1) };
}

function ofTests(names) {
  if (names.some((name) => name.startsWith('-') || !fs.existsSync(name))) return null;
  const named = names.length === 1 && isFile(names[0]);
  if (!named && Number(process.versions.node.split('.')[0]) > OLD_RULES_MOST) return null;
  const files = new Set();
  for (const name of names.length > 0 ? names : ['.']) testFilesIn(path.resolve(name), true, false, files);
  return files.size > 0 ? { files: [...files].sort(), args: [] } : null;
}

// As lib/internal/test_runner/runner.js of Node.js 18 and 20.
function testFilesIn(where, given, underTest, files) {
  const name = path.basename(where);
  if (isFile(where)) {
    const isTest = underTest ? /\.[cm]?js$/.test(name) : /^(test(-.+)?|.+[.\-_]test)\.[cm]?js$/.test(name);
    if (given || isTest) files.add(where);
  } else if (given || name !== 'node_modules') {
    const under = underTest || name === 'test';
    for (const entry of fs.readdirSync(where)) testFilesIn(path.join(where, entry), false, under, files);
  }
}

function isFile(name) {
  return fs.existsSync(name) && fs.statSync(name).isFile();
}

function ofBin(words) {
  const bin = path.join('node_modules', '.bin', words[0]);
  if (!fs.existsSync(bin)) return null;
  const file = fs.realpathSync(bin);
  const first = fs.readFileSync(file, 'utf8').split('\n', 1)[0];
  return /\bnode\b/.test(first) ? { files: [file], args: words.slice(1) } : null;
}

function say(line) {
  fs.writeSync(1, `${line}\n`);
}

function runFile(file, args, outputs) {
  return new Promise((done) => {
    const worker = new Worker(file, { argv: args, stdout: true, stderr: true, stdin: false });
    worker.stdout.on('data', (bytes) => fs.writeSync(outputs[0], bytes));
    worker.stderr.on('data', (bytes) => fs.writeSync(outputs[1], bytes));
    worker.on('error', (error) => fs.writeSync(outputs[1], `${error && error.stack}\n`));
    worker.on('exit', done);
  });
}

async function run(command, stdout, stderr, failures) {
  const outputs = [fs.openSync(stdout, 'w'), fs.openSync(stderr, 'w')];
  let status = 0;
  for (const file of [...command.files]) {
    const code = await runFile(file, command.args, outputs);
    if (code === 0) continue;
    status = status || code;
    if (failures !== 'first') continue;
    // It is likely to fail the next time, too.
    command.files = [file, ...command.files.filter((other) => other !== file)];
    break;
  }
  outputs.forEach((output) => fs.closeSync(output));
  return status;
}

async function serve(command) {
  say('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [stdout, stderr, failures] = line.split('\t');
    say(process.pid);
    say(((await run(command, stdout, stderr, failures)) & 255) << 8);
  }
}

let command = null;
try {
  command = understand(process.argv.slice(2), 0);
} catch {
  // As if it were not understood.
}
if (command === null) process.exit(3);
serve(command);
