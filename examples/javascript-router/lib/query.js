'use strict';

// "a=1&b=2&a=3" becomes { a: ['1', '3'], b: '2' }.
function parseQuery(text) {
  const values = {};
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const [name, value = ''] = pair.split('=').map((part) => decodeURIComponent(part));
    if (!Object.hasOwn(values, name)) values[name] = value;
    else values[name] = [].concat(values[name], value);
  }
  return values;
}

module.exports = { parseQuery };
