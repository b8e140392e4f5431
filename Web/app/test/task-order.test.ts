import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deleted, isOlder } from '../src/api/task-order.js';

const task = (version: number, second = 0, infohash = 'a') => ({ infohash, version, created_at: `2026-01-01T00:00:0${second}+00:00` });

test('a lower version is older, the same is not: there may be more in it', () => {
  assert.equal(isOlder(task(6), task(7)), true);
  assert.equal(isOlder(task(7), task(6)), false);
  assert.equal(isOlder(task(7), task(7)), false);
  assert.equal(isOlder(task(1), undefined), false);
});

test('a task that was submitted again after it was deleted is newer whatever its version', () => {
  assert.equal(isOlder(task(1, 5), task(50)), false);
  assert.equal(isOlder(task(50), task(1, 5)), true);
});

test('what was deleted stays away, unless it is submitted again', () => {
  const deleted = new Deleted();
  deleted.add(task(7));

  assert.equal(deleted.has(task(8)), true);
  assert.equal(deleted.has(task(1, 5)), false);
});

test('only so many deletions are remembered', () => {
  const deleted = new Deleted();
  deleted.add(task(7));
  for (let number = 0; number < 5000; number++) deleted.add(task(1, 0, String(number)));

  assert.equal(deleted.has(task(8)), false);
});
