import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { sortKeys, type SortKey } from '../src/api/query.js';
import { atFirst, keepColumns, place, recallColumns, resize, shownOf, templateOf, toggle } from '../src/page/columns.js';

const limited = { timeout: 30_000 };
const kept = new Map<string, string>();
Object.assign(globalThis, { localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } });
afterEach(() => kept.clear());
const keptAs = (text: string): void => void kept.set('eventtorrent.columns', text);

test('a column is put at any place among those that are shown, and a hidden one keeps its own', limited, () => {
  const shown = shownOf(atFirst);
  for (const key of shown) {
    for (let at = 0; at < shown.length; at++) {
      const moved = place(atFirst, key, at);
      assert.equal(shownOf(moved).indexOf(key), at);
      assert.deepEqual(shownOf(moved).filter((one) => one !== key), shown.filter((one) => one !== key));
      assert.deepEqual([...moved.order].sort(), [...sortKeys].sort());
    }
  }

  const moved = place(atFirst, 'name', 6);
  assert.deepEqual(shownOf(toggle(moved, 'up')), ['state', 'progress', 'size', 'shots', 'down', 'up', 'peers', 'name', 'eta', 'added']);
});

test('what was arranged is remembered', limited, () => {
  const columns = resize(toggle(place(atFirst, 'added', 0), 'eta'), 'size', 123);

  keepColumns(columns);

  assert.deepEqual(recallColumns(), columns);
  assert.ok(templateOf(recallColumns()).startsWith('36px 156px minmax('));
});

test('of what was remembered only what makes sense counts', limited, () => {
  for (const text of ['', '{', '7', 'null', '[]', '{"order":7,"hidden":{},"widths":[]}', '{"order":[]}', '{"order":["what",null,{}]}']) {
    keptAs(text);
    assert.deepEqual(recallColumns(), atFirst, text);
  }

  // From before there was an order, with a column twice, and from before there was one of the columns.
  keptAs('{"hidden":["eta"],"widths":{"size":99}}');
  assert.deepEqual([recallColumns().order, recallColumns().widths.size], [sortKeys, 99]);
  const others: readonly SortKey[] = sortKeys.filter((key) => key !== 'size' && key !== 'name');
  keptAs(JSON.stringify({ order: ['size', 'name', 'size', 'nonsense'] }));
  assert.deepEqual(recallColumns().order, ['size', 'name', ...others]);
});
