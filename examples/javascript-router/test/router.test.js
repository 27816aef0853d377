'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { Router } = require('../lib/router');

function answering(...patterns) {
  const router = new Router();
  for (const pattern of patterns) router.add('GET', pattern, () => pattern);
  return router;
}

test('a literal route is found', () => {
  assert.strictEqual(answering('/users').handle('GET', '/users').body, '/users');
});

test('an unknown path and another method are not found', () => {
  const router = answering('/users');
  assert.strictEqual(router.handle('GET', '/people').status, 404);
  assert.strictEqual(router.handle('POST', '/users').status, 404);
});

test('parameters are decoded', () => {
  const router = new Router().add('GET', '/users/:id', (request) => request.parameters.id);
  assert.strictEqual(router.handle('GET', '/users/a%20b').body, 'a b');
});

test('the more literal route wins when it comes last', () => {
  const router = answering('/files/*', '/files/:name', '/files/index');
  assert.strictEqual(router.handle('GET', '/files/index').body, '/files/index');
  assert.strictEqual(router.handle('GET', '/files/a').body, '/files/:name');
});

test('the more literal route wins when it comes first', () => {
  const router = answering('/files/index', '/files/:name', '/files/*');
  assert.strictEqual(router.handle('GET', '/files/index').body, '/files/index');
  assert.strictEqual(router.handle('GET', '/files/a/b').body, '/files/*');
});

test('among equals the route that was added first wins', () => {
  const router = answering('/:page', '/:article');
  assert.strictEqual(router.handle('GET', '/about').body, '/:page');
});

test('a query is parsed', () => {
  const router = new Router().add('GET', '/find', (request) => request.query);
  assert.deepStrictEqual(router.handle('GET', '/find?a=1&b=x%3Dy&a=3').body,
    { a: ['1', '3'], b: 'x=y' });
});

test('routes are listed in the order in which they were added', () => {
  const list = answering('/b', '/a').add('POST', '/b', () => null).list();
  assert.deepStrictEqual(list, ['GET /b', 'GET /a', 'POST /b']);
});
