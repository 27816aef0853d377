// From the engine's counts of blocks to lines of files of the workspace.
'use strict';

const { closeSync, openSync, readFileSync, realpathSync, statSync, writeSync } = require('fs');
const path = require('path');
const { fileURLToPath } = require('url');

const OUTPUT_LIMIT_BYTES = 48 << 20;
const FILES_LIMIT = 4000;
const SOURCE_LIMIT_BYTES = 4 << 20;
const NOT_OURS = new Set(['node_modules', 'bower_components', '.yarn']);

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

// Writes the records of one process; `series` keeps the file numbers of two writers apart.
class Writer {
  constructor(root, file, id, series = '') {
    this.roots = [...new Set([root, realpathSync(root)])].map((one) => one + path.sep);
    this.file = file;
    this.id = id;
    this.series = series;
    this.scripts = new Map(); // url -> {number, begins, lines}, or null: not of the workspace
    this.names = [];
    this.named = 0;
    this.written = 0;
  }

  relative(name) {
    const root = this.roots.find((one) => name.startsWith(one));
    return root ? name.slice(root.length) : null;
  }

  script(url, functions) {
    if (this.scripts.has(url)) return this.scripts.get(url);
    let script = null;
    try {
      const name = url.startsWith('file://') ? fileURLToPath(url) : url;
      const relative = path.isAbsolute(name) ? this.relative(name) : null;
      if (relative !== null && this.names.length < FILES_LIMIT &&
          !relative.split(path.sep).some((part) => NOT_OURS.has(part)) &&
          statSync(name).size <= SOURCE_LIMIT_BYTES) {
        const text = readFileSync(name, 'utf8').replace(/^\uFEFF/, '');
        const { functionName, ranges: [{ startOffset, endOffset }] } = functions[0];
        // What was compiled may be something else, made from the file.
        const top = startOffset === 0 && functionName === '';
        if (top ? endOffset === text.length : endOffset <= text.length) {
          script = wordsOf(text);
          script.number = this.series + (this.names.push(relative) - 1);
        }
      }
    } catch {
      script = null;
    }
    this.scripts.set(url, script);
    return script;
  }

  // `taken`: the answer to Profiler.takePreciseCoverage.
  write(test, outcome, taken) {
    const seen = {};
    for (const { url, functions } of taken) {
      const script = this.script(url, functions);
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
    if (this.series && !Object.keys(seen).length) return;
    const record = { p: this.id };
    if (this.named < this.names.length) {
      record.files = {};
      for (; this.named < this.names.length; ++this.named) {
        record.files[this.series + this.named] = this.names[this.named];
      }
    }
    Object.assign(record, { test, outcome, lines: seen });
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
}

module.exports = { Writer };
