/*
 * A person before ten thousand tasks, which are called "Film 0" to "Film 9999": scrolls, jumps, sorts, searches, filters, chooses and changes many
 * at once, and finds it all again after a reload. Nobody has any of them, so that none ever ends.
 */
import assert from 'node:assert/strict';
import { Scene } from '../support/scene.js';

type Cast = { readonly total: number };
type Page = { readonly tasks: readonly { readonly infohash: string; readonly name: string }[] };

/** Rows and cards of the document, whatever there is in the list. */
const mostShown = 100;
/** Until all of them are read, page after page. */
const readMs = 90_000;

await Scene.play<Cast>(async (scene) => {
  const { total } = scene.cast;
  const asked: string[] = [];
  const tab = await scene.open();
  tab.on('request', (request) => request.url().includes('/tasks/?') && asked.push(new URL(request.url()).search));
  await scene.isLive();
  const grid = tab.getByRole('grid');
  const named = (name: string) => grid.getByRole('link', { name, exact: true });
  const group = (name: string) => tab.getByRole('group', { name: 'State' }).getByRole('button', { name, exact: true });
  const count = (number: number): string => new Intl.NumberFormat('en').format(number);
  const chosen = (number: number) => tab.getByRole('toolbar').getByText(new RegExp(`^${number} chosen$`));
  const bulk = (name: string) => tab.getByRole('toolbar').getByRole('button', { name, exact: true });

  // The newest is first. What is beyond is read as far as one scrolls, by the key of the last.
  await scene.rowAt(0).waitFor();
  await group(`All ${count(total)}`).waitFor();
  await grid.hover();
  await scene.until('the next page is read', async () => {
    await tab.mouse.wheel(0, 1500);
    return asked.some((search) => search.includes('cursor='));
  });
  assert.ok((await tab.getByRole('row').count()) < mostShown);

  // To the end and back, a page at a time.
  const { tasks: [oldest] } = await scene.ask<Page>('/tasks/?sort=created_at&limit=1');
  assert.ok(oldest !== undefined);
  await grid.focus();
  await tab.keyboard.press('End');
  await scene.rowAt(total - 1).waitFor({ timeout: readMs });
  await named(oldest.name).waitFor();
  assert.ok((await tab.getByRole('row').count()) < mostShown);
  assert.ok(asked.every((search) => /[?&]limit=(100|200)\b/.test(search) && !/offset|page=/.test(search)), asked.join());
  assert.ok(asked.length < total / 100 + 20, `${asked.length} requests`);
  await tab.keyboard.press('PageUp');
  await scene.rowAt(total - 1).and(tab.locator('.at')).waitFor({ state: 'detached' });
  await tab.keyboard.press('Home');
  await scene.rowAt(0).and(tab.locator('.at')).waitFor();

  // In another order, which the address keeps.
  const head = (name: string) => tab.getByRole('columnheader', { name });
  await head('Name').getByRole('button').click();
  await scene.rowAt(0).getByRole('link', { name: 'Film 0', exact: true }).waitFor();
  await scene.rowAt(10).getByRole('link', { name: 'Film 10', exact: true }).waitFor();
  await head('Name').getByRole('button').click();
  await scene.rowAt(0).getByRole('link', { name: `Film ${total - 1}`, exact: true }).waitFor();
  assert.match(tab.url(), /sort=-name/);
  await scene.go('#/');
  await head('Added').and(tab.locator('[aria-sort=descending]')).waitFor();

  // Columns are hidden, put elsewhere, drawn wider by the mouse, and so again after a reload.
  const heads = (): Promise<string[]> => tab.locator('.head-row [data-column]').allInnerTexts();
  const [first, second, ...others] = await heads();
  await head('Name').getByRole('button').press('Alt+Shift+ArrowRight');
  await scene.until('the name has another place', async () => (await heads()).join() === [second, first, ...others].join());
  const widthOf = async (name: string): Promise<number> => Math.round((await head(name).boundingBox())?.width ?? 0);
  const before = await widthOf('Size');
  const handle = await head('Size').locator('.handle').boundingBox();
  assert.ok(handle !== null);
  const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
  await tab.mouse.move(x, y);
  await tab.mouse.down();
  await tab.mouse.move(x + 40, y, { steps: 4 });
  await tab.mouse.up();
  await scene.until('the column is wider', async () => (await widthOf('Size')) === before + 40);
  await tab.getByRole('button', { name: 'Columns' }).click();
  await tab.getByRole('menuitemcheckbox', { name: 'Added' }).click();
  await tab.keyboard.press('Escape');
  await head('Added').waitFor({ state: 'detached' });

  // Searched for by the keyboard, in which letters are letters; and the same again after a reload.
  await grid.focus();
  await tab.keyboard.press('/');
  const search = tab.getByLabel('Search by name or infohash');
  await scene.until('the search has the focus', () => search.evaluate((field) => field === document.activeElement));
  await tab.keyboard.type('grp/a');
  assert.equal(await search.inputValue(), 'grp/a');
  await tab.getByText('No task is like that.').waitFor();
  await search.fill('');
  await tab.keyboard.type('film 4242');
  await named('Film 4242').waitFor();
  await scene.rowAt(1).waitFor({ state: 'detached' });
  await scene.until('the words are in the address', () => /q=film\+4242/.test(tab.url()));
  await tab.reload();
  await named('Film 4242').waitFor();
  assert.equal(await tab.getByRole('row').count(), 2);
  assert.equal(await widthOf('Size'), before + 40);
  assert.deepEqual(await heads(), [second, first, ...others.filter((one) => one !== 'Added')]);
  await search.fill('');
  await scene.rowAt(1).waitFor();

  // Some are chosen, by the mouse with Shift and Ctrl, and paused; they are found by their state, and go on.
  const press = async (at: number, ...modifiers: ('Shift' | 'Control')[]): Promise<void> => scene.rowAt(at).locator('.of-state').click({ modifiers });
  await press(0);
  await press(2, 'Shift');
  await press(4, 'Control');
  await chosen(4).waitFor();
  await press(4, 'Control');
  await chosen(3).waitFor();
  await bulk('Pause').click();
  for (const at of [0, 1, 2]) await scene.rowAt(at).getByText('Paused', { exact: true }).waitFor();
  await group('Paused 3').click();
  await scene.rowAt(3).waitFor({ state: 'detached' });
  assert.match(tab.url(), /state=paused/);
  await tab.reload();
  await scene.rowAt(2).waitFor();
  assert.equal(await tab.getByRole('row').count(), 4);
  assert.equal(await group('Paused 3').getAttribute('aria-pressed'), 'true');
  await grid.focus();
  await tab.keyboard.press('Control+a');
  await chosen(3).waitFor();
  await scene.settles();
  await tab.keyboard.press('p');
  await tab.getByText('No task is like that.').waitFor();
  await group('Paused 0').waitFor();

  // All are chosen, and none; two are deleted, by the keyboard alone.
  await group(`All ${count(total)}`).click();
  await scene.rowAt(9).waitFor();
  await grid.focus();
  await tab.keyboard.press('Control+a');
  await chosen(total).waitFor({ timeout: readMs });
  await tab.keyboard.press('Escape');
  await tab.getByRole('toolbar').waitFor({ state: 'detached' });
  const gone = await Promise.all([1, 2].map((at) => scene.rowAt(at).getAttribute('id')));
  await grid.focus();
  await tab.keyboard.press('Home');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Shift+ArrowDown');
  await chosen(2).waitFor();
  await scene.settles();
  await tab.keyboard.press('Delete');
  await tab.getByRole('dialog').getByRole('button', { name: 'Delete with all data' }).click();
  for (const id of gone) await tab.locator(`#${id}`).waitFor({ state: 'detached' });
  await group(`All ${count(total - 2)}`).waitFor();

  // As pictures, as which it comes back.
  const card = tab.locator('.tile');
  await grid.focus();
  await tab.keyboard.press('g');
  await card.first().waitFor();
  await scene.until('the address says so', () => /view=gallery/.test(tab.url()));
  await tab.goto('about:blank');
  await tab.goto(scene.server);
  await card.first().waitFor();
  await tab.getByRole('button', { name: 'Gallery' }).and(tab.locator('[aria-pressed=true]')).waitFor();
  await grid.focus();
  await tab.keyboard.press('End');
  await card.filter({ has: tab.getByRole('link', { name: oldest.name, exact: true }) }).waitFor({ timeout: readMs });
  assert.ok((await card.count()) < mostShown);
  return { gone: gone.map((id) => id?.replace('row-', '')) };
});
