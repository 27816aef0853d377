'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { compile, match } = require('../lib/pattern');

test('the score grows with literal text', () => {
  assert.deepStrictEqual(['/*', '/:a', '/a', '/a/:b', '/a/b'].map((text) => compile(text).score),
    [1, 2, 3, 5, 6]);
});

test('the rest of a path is one parameter', () => {
  assert.deepStrictEqual(match(compile('/files/*'), '/files/a/b'), { rest: 'a/b' });
});

test('a path that is too short or too long does not match', () => {
  assert.strictEqual(match(compile('/a/:b'), '/a'), null);
  assert.strictEqual(match(compile('/a/:b'), '/a/b/c'), null);
});
