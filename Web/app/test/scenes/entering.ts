/*
 * A server that wants a key: `key` is an administrator's, who looks at the whole, drains a worker, makes a key for a viewer, who comes with it, and revokes it.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { Scene } from '../support/scene.js';

type Cast = { readonly key: string; readonly infohash: string };

/** A worker says every ten seconds how it is, and the page asks as often. */
const beatMs = 60_000;

await Scene.play<Cast>(async (scene) => {
  const { key, infohash } = scene.cast;
  const logIn = async (tab: Page, shown: string): Promise<void> => {
    await tab.getByLabel('Key').fill(shown);
    await tab.getByRole('button', { name: 'Log in' }).click();
  };
  const tab = await scene.open();
  await tab.getByLabel('Key').waitFor();
  await scene.isSound();
  assert.equal(await scene.row(infohash).count(), 0);
  await logIn(tab, `${key.slice(0, -4)}0000`);
  await tab.getByRole('alert').filter({ hasText: 'There is no such key' }).waitFor();
  await logIn(tab, key);
  await scene.isLive();
  await scene.row(infohash).waitFor();
  // No script of the page can have it.
  assert.equal(await tab.evaluate((secret) => JSON.stringify({ ...localStorage, ...sessionStorage }).includes(secret) || document.cookie.includes(secret), key), false);

  await tab.getByRole('link', { name: 'Workers' }).click();
  await tab.locator('tbody tr').nth(2).waitFor();
  const workers = await tab.locator('tbody tr').evaluateAll((rows) => rows.map((row) => Array.from(row.children, (cell) => cell.textContent)));
  const idler = tab.getByRole('row').filter({ has: tab.getByRole('rowheader', { name: 'Download' }) });
  await idler.getByRole('button', { name: /^Drain Download / }).click();
  await idler.getByRole('cell', { name: /^drain(ing|ed)$/ }).waitFor();

  // How the whole is, what waits, what room there is, which versions run, and who may come in.
  await tab.getByRole('link', { name: 'System' }).click();
  await tab.getByText('Database: well').waitFor();
  const missing = tab.getByText('No worker for this step: Download');
  await missing.waitFor();
  await tab.getByText('Start one; tasks of this step wait until then.').waitFor();
  const panel = (title: string) => tab.locator('section').filter({ has: tab.getByRole('heading', { name: title }) });
  await panel('Work and queues').getByText('Screenshots · ').first().waitFor();
  await panel('Disk').getByText(/ free$/).waitFor();
  await panel('About').getByText('Version').first().waitFor();
  const description = await panel('About').getByRole('link').getAttribute('href');
  await tab.evaluate(() => {
    const handlers: unknown[] = [];
    const register = navigator.registerProtocolHandler.bind(navigator);
    navigator.registerProtocolHandler = (...what): void => {
      register(...what);
      handlers.push(what);
    };
    Object.assign(globalThis, { handlers });
  });
  await tab.getByRole('button', { name: 'Open magnet links here' }).click();
  await tab.getByText('The browser now asks whether you want that.').waitFor();
  const handlers = await tab.evaluate(() => (globalThis as unknown as { handlers: unknown }).handlers);
  assert.deepEqual(handlers, [['magnet', new URL('/#/?add=%s', scene.server).href]]);
  const keys = panel('API keys');
  await keys.getByLabel('Name').fill('Living room');
  await keys.getByLabel('Role').selectOption('Viewer');
  await keys.getByRole('button', { name: 'Make a key' }).click();
  const made = ((await keys.locator('.made-key').textContent()) ?? '').trim();
  const line = keys.getByRole('row').filter({ hasText: 'Living room' });
  await line.getByRole('cell', { name: 'Viewer' }).waitFor();
  await scene.isSound();

  // Who may only look sees the tasks, is told that adding is not for viewers, and has no keys to see.
  const viewer = await scene.open();
  await logIn(viewer, made);
  await scene.isLive();
  await scene.row(infohash).waitFor();
  await viewer.getByLabel('Magnet links or infohashes').fill('f'.repeat(40));
  await viewer.getByRole('button', { name: 'Add', exact: true }).click();
  const refusal = await viewer.getByRole('alert').innerText();
  await viewer.getByRole('link', { name: 'System' }).click();
  await viewer.getByText('Database: well').waitFor();
  assert.equal(await viewer.getByRole('heading', { name: 'API keys' }).count(), 0);

  // Revoked, it opens nothing any more: also not the page that is open.
  await line.getByRole('button', { name: 'Revoke Living room' }).click();
  await line.getByRole('button', { name: 'Really revoke' }).click();
  await line.getByText(/^revoked/).waitFor();
  await viewer.getByLabel('Key').waitFor();
  await logIn(viewer, made);
  await viewer.getByRole('alert').filter({ hasText: 'There is no such key' }).waitFor();

  // The worker, which has had the time to say that it is drained, takes work again.
  await tab.getByRole('link', { name: 'Workers' }).click();
  await idler.getByRole('cell', { name: 'drained', exact: true }).waitFor({ timeout: beatMs });
  await idler.getByRole('button', { name: /^Take work again Download / }).click();
  await idler.getByRole('cell', { name: 'there', exact: true }).waitFor();
  await tab.getByRole('link', { name: 'System' }).click();
  await panel('Disk').getByText(/ free$/).waitFor();
  await missing.waitFor({ state: 'detached' });
  return { workers, refusal, description };
});
