'use strict';

function byPerson(entries) {
  const people = new Map();
  for (const entry of entries) {
    const known = people.get(entry.person) ?? { worked: 0, days: new Set() };
    known.worked += entry.worked;
    known.days.add(entry.day);
    people.set(entry.person, known);
  }
  return people;
}

function hours(minutes) {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

function lines(entries) {
  const rows = [];
  for (const [person, { worked, days }] of byPerson(entries)) {
    rows.push(`${person.padEnd(8)} ${hours(worked).padStart(6)} h on ${days.size} days`);
  }
  return rows.sort();
}

module.exports = { lines };
