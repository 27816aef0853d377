'use strict';

// timesheet.js FILE: hours by person.
const fs = require('node:fs');
const { read } = require('./lib/entry');
const { lines } = require('./lib/summary');

const entries = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
console.log(lines(entries.map(read)).join('\n'));
