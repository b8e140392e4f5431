/*
 * A person at one task of two videos. `magnet` leads to somebody who has all of the first and too little of the second, `better` to one who has it all:
 * half of the pictures come, the page says what is wrong, and when better peers are known and it is tried again the others come too. `lonely` leads to
 * one who has nothing to tell, so that who is connected can be looked at for as long as one likes.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { Scene } from '../support/scene.js';

type Cast = { readonly infohash: string; readonly name: string; readonly magnet: string; readonly better: string; readonly lonely: { readonly infohash: string; readonly magnet: string }; readonly shots: number };

const workMs = 120_000;
const saveMs = 30_000;

await Scene.play<Cast>(async (scene) => {
  const { infohash, name, magnet, better, lonely, shots } = scene.cast;
  const tab = await scene.open('', { acceptDownloads: true });
  await scene.isLive();
  const submit = async (link: string): Promise<void> => {
    await tab.getByLabel('Shots per video').fill(String(shots));
    await tab.getByLabel('Magnet links or infohashes').fill(link);
    await tab.getByRole('button', { name: 'Add', exact: true }).click();
  };
  await submit(magnet);
  await scene.row(infohash).getByRole('link').first().click();

  // Its pictures come as they are taken, before all are there. Then it says what is wrong, and what comes next.
  const picture = tab.getByRole('link', { name: /^Picture at/ });
  await picture.nth(shots - 1).waitFor({ timeout: workMs });
  await tab.locator('.notice-line').getByText(/^(No data came from any peer for too long|No peer could be reached)/).waitFor({ timeout: workMs });
  const countdown = tab.getByText(/^Will be tried again in \d/);
  const first = await countdown.textContent();
  await scene.until('it counts down', async () => (await countdown.textContent()) !== first);
  assert.equal(await picture.count(), shots);
  await scene.isSound();
  const early = await tab.getByRole('link', { name: /^Picture at/ }).first().evaluate((link) => link.querySelector('img')?.decode().then(() => link.querySelector('img')?.naturalWidth));

  // Others are told of, and it is tried again at once.
  await tab.getByRole('link', { name: 'Tasks', exact: true }).click();
  await scene.row(infohash).getByText('Will try again').waitFor();
  await submit(better);
  await tab.getByRole('status').filter({ hasText: 'Already there:' }).getByRole('link').click();
  await tab.getByRole('button', { name: 'Try now' }).click();
  await picture.nth(2 * shots - 1).waitFor({ timeout: workMs });
  await tab.locator('.detail-state').getByText('Done', { exact: true }).waitFor({ timeout: workMs });
  await tab.getByText(/^Will be tried again/).waitFor({ state: 'detached' });
  await tab.getByRole('heading', { name, exact: true }).waitFor();

  // One over the whole window, and all the others by the arrows, round and round.
  const viewer = tab.getByRole('dialog');
  const sizes: number[] = [];
  await picture.first().click();
  for (let at = 1; at <= 2 * shots; at++) {
    await viewer.getByText(`${at} / ${2 * shots}`, { exact: true }).waitFor();
    sizes.push(await viewer.getByRole('img', { name: /^Picture at/ }).evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth)));
    if (at === 1) await scene.isSound();
    await tab.keyboard.press('ArrowRight');
  }
  await viewer.getByText(`1 / ${2 * shots}`, { exact: true }).waitFor();
  await tab.keyboard.press('ArrowLeft');
  await viewer.getByText(`${2 * shots} / ${2 * shots}`, { exact: true }).waitFor();
  await tab.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });

  // All of them as one file, and on one sheet.
  const [download] = await Promise.all([tab.waitForEvent('download', { timeout: saveMs }), tab.getByRole('button', { name: 'Download all' }).click()]);
  const packed = await readFile(await within('the file is saved', download.path(), saveMs));
  const sheet = await scene.get((await tab.getByRole('link', { name: 'Contact sheet' }).getAttribute('href')) ?? '');
  assert.deepEqual([download.suggestedFilename(), packed.readUInt16LE(packed.length - 12)], [`${infohash}.zip`, 2 * shots]);
  assert.deepEqual([sheet.status, sheet.type, sheet.body.readUInt16BE(0)], [200, 'image/jpeg', 0xffd8]);

  // In another order than that of its files they would say nothing: each video has its name above its pictures. What is beside them is read a while
  // after the change that was pushed.
  await tab.getByRole('heading', { level: 4 }).nth(1).waitFor();
  await tab.locator('.files .file-state').getByText('done', { exact: true }).nth(1).waitFor();
  await tab.locator('.files').getByRole('img').nth(1).waitFor();
  await tab.locator('.timeline li').first().getByText('Done', { exact: true }).waitFor();
  const videos = await tab.getByRole('heading', { level: 4 }).allTextContents();
  const files = await tab.locator('.files li').allInnerTexts();
  const lines = await tab.locator('.timeline li').allInnerTexts();
  const maps = await tab.locator('.files').getByRole('img').evaluateAll((all) => all.map((map) => map.querySelector('title')?.textContent ?? ''));
  const fetched = await tab.locator('.numbers div', { hasText: 'Fetched' }).first().locator('dd').textContent();
  await scene.isSound();

  // The list has its first picture.
  await tab.getByRole('link', { name: 'Tasks', exact: true }).click();
  const thumbnail = await scene.row(infohash).locator('img').evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth));

  // Who is connected, and what trackers say, while there is work.
  await submit(lonely.magnet);
  await scene.row(lonely.infohash).getByRole('link').first().click();
  await tab.getByRole('heading', { name: /^Peers and trackers/ }).waitFor({ timeout: workMs });
  const who = tab.locator('.swarm tbody th').first();
  await who.waitFor({ timeout: workMs });
  await tab.getByText(/^answers/).waitFor({ timeout: workMs });
  const client = await who.textContent();
  await scene.isSound();
  return { early, sizes, videos, files, maps, lines, fetched, thumbnail, client };
});
