'use strict';

// "/users/:id/*" becomes segments; the more literal text a pattern has, the higher its score.
const SCORES = { literal: 3, parameter: 2, rest: 1 };

function compile(text) {
  const segments = text.split('/').filter(Boolean).map((part) => {
    if (part === '*') return { kind: 'rest' };
    if (part.startsWith(':')) return { kind: 'parameter', name: part.slice(1) };
    return { kind: 'literal', text: part };
  });
  const score = segments.reduce((sum, segment) => sum + SCORES[segment.kind], 0);
  return { text, segments, score };
}

// The parameters that the path gives to the pattern, or null if it is no path of it.
function match(pattern, path) {
  const parts = path.split('/').filter(Boolean);
  const parameters = {};
  for (let i = 0; i < pattern.segments.length; i++) {
    const segment = pattern.segments[i];
    if (segment.kind === 'rest') {
      parameters.rest = parts.slice(i).join('/');
      return parameters;
    }
    if (i >= parts.length) return null;
    if (segment.kind === 'literal' && segment.text !== parts[i]) return null;
    if (segment.kind === 'parameter') parameters[segment.name] = decodeURIComponent(parts[i]);
  }
  return parts.length === pattern.segments.length ? parameters : null;
}

module.exports = { compile, match };
