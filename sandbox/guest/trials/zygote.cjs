'use strict';
// Runs one Node.js command many times, each in a worker thread of its own, which starts in a fraction of a process'
// time. Started as `node zygote.cjs WORDS OF THE COMMAND`. Speaks like zygote.py; as a worker has no pid, it gives its own:
// whoever ends it ends this process. Nothing of the workspace is loaded outside of a worker.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { Worker } = require('node:worker_threads');

const NESTED_MOST = 3;

// { file, args }, or null for a command that takes more than a worker.
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
  // One file alone: `node --test` would run it in a child, with the same tests and exit status.
  if (words[0] === '--test' && words.length === 2) words = words.slice(1);
  if (!words[0] || words[0].startsWith('-') || !fs.existsSync(words[0])) return null;
  if (!fs.statSync(words[0]).isFile()) return null;
  return { file: path.resolve(words[0]), args: words.slice(1) };
}

function ofBin(words) {
  const bin = path.join('node_modules', '.bin', words[0]);
  if (!fs.existsSync(bin)) return null;
  const file = fs.realpathSync(bin);
  const first = fs.readFileSync(file, 'utf8').split('\n', 1)[0];
  return /\bnode\b/.test(first) ? { file, args: words.slice(1) } : null;
}

function say(line) {
  fs.writeSync(1, `${line}\n`);
}

function run(command, stdout, stderr) {
  return new Promise((done) => {
    const outputs = [fs.openSync(stdout, 'w'), fs.openSync(stderr, 'w')];
    const worker = new Worker(command.file, { argv: command.args, stdout: true, stderr: true, stdin: false });
    worker.stdout.on('data', (bytes) => fs.writeSync(outputs[0], bytes));
    worker.stderr.on('data', (bytes) => fs.writeSync(outputs[1], bytes));
    worker.on('error', (error) => fs.writeSync(outputs[1], `${error && error.stack}\n`));
    worker.on('exit', (code) => {
      outputs.forEach((output) => fs.closeSync(output));
      done(code);
    });
  });
}

async function serve(command) {
  say('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [stdout, stderr] = line.split('\t');
    say(process.pid);
    say(((await run(command, stdout, stderr)) & 255) << 8);
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
