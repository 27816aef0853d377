// Puts calls of the recorder into the text of a module: no function or class that it declares at
// its top escapes, though nothing exports it. Lines keep their numbers.
'use strict';

const path = require('path');

const HOOK = "globalThis[Symbol.for('inquest.inputs')]";
const FUNCTION = /^(?:export\s+(?:default\s+)?)?(?:async\s+)?function\s*\*?\s*([\w$]+)\s*\(/gm;
const CONSTANT = new RegExp(
  String.raw`^((?:export\s+)?)const(\s+([\w$]+)\s*=\s*(?:async\b\s*)?` +
  String.raw`(?:function\b|\([^()]*\)\s*=>|[\w$]+\s*=>))`, 'gm');
const CLASS = /^(?:export\s+(?:default\s+)?)?class\s+([\w$]+)/gm;
const DIRECTIVE = /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*(['"])use strict\1/;

const NOT_OURS = new Set(['node_modules', 'bower_components', '.yarn']);
const TEST_FOLDERS = new Set(['test', 'tests', '__tests__', 'spec']);

function isTest(relative) {
  const parts = relative.split(path.sep);
  const stem = parts.pop().replace(/\.[cm]?js$/, '');
  return parts.some((part) => TEST_FOLDERS.has(part)) || /^(tests?$|test[_-])/.test(stem) ||
    /([_-]test|\.test|\.spec|\.config)$/.test(stem) || /^(gulpfile|Gruntfile)$/.test(stem);
}

// The path, if the functions of such a file count; else null.
function place(relative) {
  const ours = !relative.split(path.sep).some((part) => NOT_OURS.has(part));
  return ours && !isTest(relative) ? relative : null;
}

// Where what begins there at the left margin has ended for sure; else the end of the text.
function endOf(text, begin) {
  const end = /^[^\n`]*[^\n`{(,]\n(?=\S|\n)|^[^`]*?\n\}[;]?(?=\n|$)/.exec(text.slice(begin));
  return end ? begin + end[0].trimEnd().length : text.length;
}

function weave(text, place) {
  if (text.startsWith('#!')) text = `//${text.slice(2)}`;
  const hooked = (name) => `${HOOK}(${name},${JSON.stringify(`${place}:${name}`)})`;
  const functions = [...text.matchAll(FUNCTION)]
    .map((match) => `try{${match[1]}=${hooked(match[1])}}catch{}`);
  const later = [...text.matchAll(CLASS)]
    .map((match) => [endOf(text, match.index), `;try{${match[1]}=${hooked(match[1])}}catch{}`]);
  const woven = text.replace(CONSTANT, (_, before, after, name, at) => {
    later.push([endOf(text, at), `;try{${name}=${hooked(name)}}catch{}`]);
    return `${before}let  ${after}`;
  });
  let result = (DIRECTIVE.test(text) ? "'use strict';" : '') + functions.join('');
  let at = 0;
  for (const [end, call] of later.sort((a, b) => a[0] - b[0])) {
    result += woven.slice(at, end) + (end === text.length ? '\n' : '') + call;
    at = end;
  }
  return result + woven.slice(at);
}

function quietly(what) {
  try {
    return what();
  } catch {
    return undefined;
  }
}

module.exports = { place, quietly, weave };
