import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparerOf, everything, matches, parametersOf, type Query } from '../src/api/query.js';
import type { Task } from '../src/api/task.js';
import { legible, took } from '../src/texts/format.js';
import { all, keepOnly, move, nothing, press } from '../src/page/selection.js';
import { zip } from '../src/page/zip.js';
import { taskOf } from './support/site.js';

const limited = { timeout: 30_000 };
const task = (change: Partial<Task>): Task => taskOf(change) as unknown as Task;
const looking = (change: Partial<Query>): Query => ({ ...everything, ...change });

test('the server is asked for states, words and its own orders only', limited, () => {
  assert.equal(parametersOf(everything), '');
  assert.equal(parametersOf(looking({ q: ' a b ', group: 'done' })), 'state=Completed&q=a+b');
  assert.equal(parametersOf(looking({ sort: { key: 'added', isDescending: false } })), 'sort=created_at');
  assert.equal(parametersOf(looking({ sort: { key: 'size', isDescending: true } })), '');
});

test('what is pushed is judged as the server would', limited, () => {
  const one = task({ infohash: '0123456789'.repeat(4), state: 'Downloading', name: 'Big BUCK' });
  assert.equal(matches(looking({ group: 'active', q: 'buck' }), one), true);
  assert.equal(matches(looking({ group: 'failed' }), one), false);
  assert.equal(matches(looking({ q: one.infohash.slice(0, 8) }), one), true);
  assert.equal(matches(looking({ q: one.infohash.slice(8, 16) }), one), false);
});

test('tasks are in the order that is asked for, and of equal ones the later first', limited, () => {
  const [a, b, c] = [task({ infohash: 'a', name: 'Film 10', size_bytes: null }), task({ infohash: 'b', name: 'film 9', size_bytes: 5 }), task({ infohash: 'c', name: null, size_bytes: 5 })];
  const order = (query: Query): string => [a, b, c].sort(comparerOf(query.sort)).map(({ infohash }) => infohash).join('');
  assert.equal(order(looking({ sort: { key: 'name', isDescending: false } })), 'cba');
  assert.equal(order(looking({ sort: { key: 'size', isDescending: true } })), 'cba');
  assert.equal(order(everything), 'cba');
});

test('rows are chosen as in a file manager', limited, () => {
  const order = ['a', 'b', 'c', 'd'];
  const plain = { isAdding: false, isRange: false };
  const chosen = (selection: typeof nothing): string => [...selection.chosen].join('');
  const b = press(nothing, order, 'b', plain);
  assert.equal(chosen(press(b, order, 'd', { isAdding: false, isRange: true })), 'bcd');
  assert.equal(chosen(press(b, order, 'd', { isAdding: true, isRange: false })), 'bd');
  assert.equal(chosen(press(b, order, 'b', { isAdding: true, isRange: false })), '');
  assert.equal(chosen(move(move(b, order, 1, true), order, 1, true)), 'bcd');
  assert.equal(chosen(move(move(b, order, -1, true), order, 1, true)), 'b');
  assert.equal(chosen(move(nothing, order, -1, false)), 'd');
  assert.equal(chosen(all(b, order)), 'abcd');
  assert.equal(chosen(keepOnly(all(b, order), (id) => id !== 'b')), 'acd');
  assert.equal(keepOnly(b, () => true), b);
});

test('names are shown with what is hidden in them, and not beyond what can be read', limited, () => {
  assert.equal(legible('plain 名前 ü'), 'plain 名前 ü');
  assert.equal(legible('a\u202eb\u0000c\nd\u007f'), 'a\ufffdb\u2400c\u240ad\u2421');
  assert.equal(legible('x'.repeat(10_000)).length, 301);
  assert.equal(legible(`${'x'.repeat(299)}😀😀`), `${'x'.repeat(299)}…`);
});

test('a time that something took is told in its longest units', limited, () => {
  assert.deepEqual([420, 12_400, 65_000, 3_725_000, -1, Number.NaN].map(took), ['0.4 s', '12 s', '1:05', '1:02:05', '', '']);
});

test('the pictures of a task are packed into a ZIP whose checksums are right', limited, async () => {
  const bytes = new TextEncoder().encode('123456789');
  const packed = Buffer.from(await zip([{ name: '0-00.jpg', bytes }, { name: '0-01.jpg', bytes: new Uint8Array() }]).arrayBuffer());
  const end = packed.subarray(-22);

  assert.equal(packed.readUInt32LE(0), 0x04034b50);
  // The check value of CRC-32.
  assert.equal(packed.readUInt32LE(14), 0xcbf43926);
  assert.equal(end.readUInt32LE(0), 0x06054b50);
  assert.equal(end.readUInt16LE(10), 2);
  assert.equal(packed.readUInt32LE(end.readUInt32LE(16)), 0x02014b50);
  assert.equal(end.readUInt32LE(16) + end.readUInt32LE(12) + 22, packed.length);
});
