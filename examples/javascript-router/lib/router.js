'use strict';

const { compile, match } = require('./pattern');
const { parseQuery } = require('./query');

class Router {
  constructor() {
    this.routes = [];
  }

  add(method, text, handler) {
    this.routes.push({ method, pattern: compile(text), handler });
    return this;
  }

  // In the order in which they were added.
  list() {
    return this.routes.map((route) => `${route.method} ${route.pattern.text}`);
  }

  // The most literal route wins; among equals, the one that was added first.
  find(method, path) {
    let best = null;
    for (const route of this.routes) {
      if (route.method !== method) continue;
      const parameters = match(route.pattern, path);
      if (parameters === null) continue;
      if (best === null || route.pattern.score >= best.route.pattern.score) {
        best = { route, parameters };
      }
    }
    return best;
  }

  handle(method, url) {
    const [path, query = ''] = url.split('?');
    const found = this.find(method, path);
    if (found === null) return { status: 404 };
    const request = { parameters: found.parameters, query: parseQuery(query) };
    return { status: 200, body: found.route.handler(request) };
  }
}

module.exports = { Router };
