'use strict';

const DEFAULT_PAUSE = 30;

function minutes(text) {
  const [hours, rest] = text.split(':').map(Number);
  return 60 * hours + rest;
}

// One line of a timesheet: who worked from when to when, and how long the pause was (minutes; 30 where
// nothing was written).
function read(entry) {
  const pause = entry.pause || DEFAULT_PAUSE;
  const begin = minutes(entry.from);
  const end = minutes(entry.to);
  const worked = end >= begin ? end - begin : end - begin + 24 * 60; // over midnight
  return { person: entry.person, day: entry.day, worked: worked - pause };
}

module.exports = { read };
