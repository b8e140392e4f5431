/*
 * A person with tasks that nobody has anything of. `lost` are known to a tracker that knows no peer, until the caller, who is told that they have
 * failed, brings one; `sign` comes from elsewhere and says that it is there. Meanwhile of `series`, a file of two videos, one is wanted, and `slow`
 * comes from a peer that takes its time.
 */
import assert from 'node:assert/strict';
import { Scene } from '../support/scene.js';

type Torrent = { readonly infohash: string; readonly name: string; readonly magnet: string };
type Cast = { readonly lost: readonly Torrent[]; readonly sign: string; readonly slow: Torrent; readonly series: { readonly infohash: string; readonly file: string } };
type Detail = { readonly want: string; readonly files: readonly { readonly path: string; readonly selected: boolean }[] };

const workMs = 120_000;

await Scene.play<Cast>(async (scene) => {
  const { lost, sign, slow, series } = scene.cast;
  const tab = await scene.open();
  let [lists, connects] = [0, 0];
  tab.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/tasks/' && request.method() === 'GET') lists++;
    if (pathname.startsWith('/hubs/status')) connects++;
  });
  await scene.isLive();
  await scene.settles();
  const grid = tab.getByRole('grid');
  const dialog = tab.getByRole('dialog');
  const toolbar = tab.getByRole('toolbar');
  const box = tab.getByLabel('Magnet links or infohashes');
  const add = tab.getByRole('button', { name: 'Add', exact: true });
  const link = (infohash: string) => scene.row(infohash).getByRole('link').first();
  const group = (name: string | RegExp) => tab.getByRole('group', { name: 'State' }).getByRole('button', { name, exact: true });
  const chosen = (number: number) => toolbar.getByText(`${number} chosen`, { exact: true });
  const stateOf = (infohash: string, word: string) => scene.row(infohash).locator('.state').filter({ hasText: new RegExp(`^${word}$`) });
  const colourOf = (infohash: string): Promise<string> => scene.row(infohash).locator('.state').evaluate((state) => getComputedStyle(state).color);

  // By the keyboard to the box. They are there at once, and nobody has said more of them than their infohashes.
  await grid.focus();
  await tab.keyboard.press('a');
  await scene.until('the box has the focus', () => box.evaluate((field) => field === document.activeElement));
  assert.equal(await box.inputValue(), '');
  await tab.getByLabel('Shots per video').fill('2');
  await box.fill(lost.map(({ magnet }) => magnet).join('\n'));
  await box.press('Enter');
  for (const { infohash } of lost) {
    await scene.row(infohash).waitFor();
    assert.equal(await link(infohash).textContent(), infohash);
  }

  // One video of two, its pictures and its stream.
  await tab.getByLabel('Stream to watch').check();
  const [chooser] = await Promise.all([tab.waitForEvent('filechooser'), tab.getByRole('button', { name: 'Choose .torrent files' }).click()]);
  await chooser.setFiles(series.file);
  await dialog.getByText('2 of 2,').waitFor();
  await scene.isSound();
  await dialog.getByRole('checkbox', { name: 'a.mp4' }).uncheck();
  await dialog.getByText('1 of 2,').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await scene.row(series.infohash).waitFor();

  // A stream alone, that comes slowly: how large it is and how far, how fast, from how many, and how long it still takes.
  await tab.getByLabel('Screenshots', { exact: true }).uncheck();
  await box.fill(slow.magnet);
  await add.click();
  await stateOf(slow.infohash, 'Downloading').waitFor({ timeout: workMs });
  const expected: Readonly<Record<string, RegExp>> = {
    name: new RegExp(`^${slow.name}$`), size: /^[\d.]+ MiB$/, progress: /^[1-9]\d?%$/, down: /^[\d.]+ ([KM]i)?B\/s$/, peers: /^[1-9]\d* \/ [1-9]\d*$/, eta: /^\d+:\d\d$/,
  };
  let told: Readonly<Record<string, string>> = {};
  await scene.until('all of it is told', async () => {
    told = Object.fromEntries(await Promise.all(Object.keys(expected).map(async (column) => [column, (await scene.row(slow.infohash).locator(`.of-${column}`).innerText()).trim()] as const)));
    return Object.entries(expected).every(([column, shape]) => shape.test(told[column] ?? ''));
  }, workMs);
  const bar = scene.row(slow.infohash).getByRole('progressbar', { name: `Progress of ${slow.name}` });
  assert.match((await bar.getAttribute('aria-valuetext')) ?? '', /^Downloading, \d+%$/);

  // It is paused and goes on, and the map says how much of it is here. Deleted, what is here of it stays.
  await link(slow.infohash).click();
  await tab.getByRole('img', { name: /^Download: [\d.]+% is here, in \d+ places?$/ }).waitFor({ timeout: workMs });
  const state = tab.locator('.detail-state');
  await tab.getByRole('button', { name: 'Pause' }).click();
  await state.getByText('Paused', { exact: true }).waitFor();
  await tab.getByRole('button', { name: 'Resume' }).click();
  await state.getByText('Downloading', { exact: true }).waitFor({ timeout: workMs });
  await tab.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await scene.row(lost[0]?.infohash ?? '').waitFor();
  await scene.row(slow.infohash).waitFor({ state: 'detached' });

  // What nobody has anything of has failed: in a word and a colour of its own, in a sentence, and with what to do.
  await group(`Failed ${lost.length}`).waitFor({ timeout: workMs });
  await stateOf(series.infohash, 'Playable').waitFor({ timeout: workMs });
  const colours = new Set([await colourOf(lost[0]?.infohash ?? ''), await colourOf(series.infohash)]);
  assert.equal(colours.size, 2);
  await link(lost[0]?.infohash ?? '').click();
  const notice = tab.locator('.notice-line');
  await notice.getByText('No peer sent the metadata in time.', { exact: true }).waitFor();
  await notice.getByText('It was tried as often as it may be.', { exact: false }).waitFor();
  await tab.getByRole('button', { name: 'Try again' }).waitFor();
  await tab.locator('.timeline li').first().getByText('Failed', { exact: true }).waitFor();
  await scene.isSound();
  await scene.go('#/?state=failed');
  await scene.rowAt(lost.length - 1).waitFor();

  scene.reached('failed');
  await scene.go('#/');
  await scene.row(sign).waitFor({ timeout: workMs });

  // Two of them are tried again with the mouse. They leave those that have failed.
  await group(`Failed ${lost.length}`).click();
  await scene.row(sign).waitFor({ state: 'detached' });
  const tried = await Promise.all([0, 1].map((at) => scene.rowAt(at).getAttribute('id')));
  await scene.rowAt(0).locator('.of-state').click();
  await scene.rowAt(1).locator('.of-state').click({ modifiers: ['Control'] });
  await chosen(2).waitFor();
  await toolbar.getByRole('button', { name: 'Try again' }).click();
  for (const id of tried) await tab.locator(`#${id}`).waitFor({ state: 'detached' });
  await group(`Failed ${lost.length - 2}`).waitFor();

  // All are chosen, and the others tried again by a key, which leaves alone what has not failed. What becomes of them nobody asks for: it is pushed.
  await group(/^All /).click();
  await scene.rowAt(lost.length + 1).waitFor();
  await grid.focus();
  await tab.keyboard.press('Control+a');
  await chosen(lost.length + 2).waitFor();
  await scene.settles();
  const before = { lists, connects };
  await tab.keyboard.press('r');
  for (const { infohash, name } of lost) {
    await stateOf(infohash, 'Done').waitFor({ timeout: workMs });
    assert.equal(await link(infohash).textContent(), name);
    await scene.row(infohash).getByText('2/2', { exact: true }).waitFor();
    const width = await scene.row(infohash).locator('img').evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth));
    assert.ok(width > 0, name);
  }
  assert.ok(lists === before.lists || connects > before.connects, `${lists - before.lists} lists were read`);
  await group('Failed 0').waitFor();

  // By keys one is chosen, not, chosen, and opened. What is deleted with its data is gone with it.
  await tab.keyboard.press('Home');
  await chosen(1).waitFor();
  await tab.keyboard.press('Space');
  await toolbar.waitFor({ state: 'detached' });
  await tab.keyboard.press('Space');
  await chosen(1).waitFor();
  const name = (await tab.locator('[role=row][aria-selected=true]').getByRole('link').first().textContent()) ?? '';
  await tab.keyboard.press('Enter');
  await tab.getByRole('heading', { level: 2, name, exact: true }).waitFor();
  const { want, files } = await scene.ask<Detail>(`/tasks/${series.infohash}`);
  await scene.go(`#/task/${series.infohash}`);
  await tab.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete with all data' }).click();
  await scene.row(sign).waitFor();
  await scene.row(series.infohash).waitFor({ state: 'detached' });
  return { want, selected: files.filter(({ selected }) => selected).map(({ path }) => path) };
});
