/*
 * A person who chooses. `season` is added by its link, and its files are asked about when they are known: one of three, and one more later, on the page of
 * the task. Of `later` nothing is chosen at first; its page asks again, on a narrow screen and by the keys alone.
 */
import assert from 'node:assert/strict';
import { Scene } from '../support/scene.js';

type Torrent = { readonly infohash: string; readonly magnet: string };
type Cast = { readonly season: Torrent; readonly later: Torrent; readonly shots: number };
type Known = { readonly want: string; readonly screenshots: readonly { readonly file: number }[] };

const workMs = 120_000;

await Scene.play<Cast>(async (scene) => {
  const { season, later, shots } = scene.cast;
  const first = await scene.open();
  await scene.isLive();
  const dialog = first.getByRole('dialog');
  const box = first.getByLabel('Magnet links or infohashes');
  await first.getByLabel('Choose files').check();
  await first.getByLabel('Shots per video').fill(String(shots));

  await box.fill(season.magnet);
  await box.press('Enter');
  await dialog.getByText('3 of 3,').waitFor({ timeout: workMs });
  assert.equal(await dialog.getByLabel('Shots per video').inputValue(), String(shots));
  await scene.isSound();
  await dialog.getByRole('button', { name: 'None' }).click();
  await dialog.getByRole('checkbox', { name: 'b.mp4' }).check();
  await dialog.getByText('1 of 3,').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await scene.row(season.infohash).getByText(`${shots}/${shots}`, { exact: true }).waitFor({ timeout: workMs });
  await scene.row(season.infohash).locator('.state', { hasText: 'Done' }).waitFor({ timeout: workMs });

  // Of the next one the question is not answered now.
  await box.fill(later.magnet);
  await box.press('Enter');
  await dialog.getByText('2 of 2,').waitFor({ timeout: workMs });
  await first.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await scene.row(season.infohash).getByRole('link').first().click();
  const picture = first.getByRole('link', { name: /^Picture at/ });
  await picture.nth(shots - 1).waitFor();
  await first.getByRole('button', { name: 'Choose files' }).click();
  await dialog.getByText('1 of 3,').waitFor();
  assert.ok(await dialog.getByRole('checkbox', { name: 'b.mp4' }).isDisabled());
  await dialog.getByRole('checkbox', { name: 'c.mp4' }).check();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await picture.nth(2 * shots - 1).waitFor({ timeout: workMs });
  await first.locator('.detail-state').getByText('Done', { exact: true }).waitFor({ timeout: workMs });
  await scene.isSound();

  const second = await scene.open(`#/task/${later.infohash}`, { viewport: { width: 360, height: 740 } });
  const question = second.getByRole('dialog');
  const ask = second.getByRole('button', { name: 'Choose files' });
  await ask.waitFor();
  await scene.isSound();
  await ask.focus();
  await second.keyboard.press('Enter');
  await question.getByText('2 of 2,').waitFor();
  await scene.isSound();
  await question.getByLabel('Shots per video').fill(String(shots));
  await question.getByRole('checkbox', { name: 'b.mp4' }).focus();
  await second.keyboard.press('Space');
  await question.getByText('1 of 2,').waitFor();
  await second.keyboard.press('Enter');
  await second.getByRole('link', { name: /^Picture at/ }).nth(shots - 1).waitFor({ timeout: workMs });
  await second.locator('.detail-state').getByText('Done', { exact: true }).waitFor({ timeout: workMs });

  const known = await Promise.all([season, later].map(({ infohash }) => scene.ask<Known>(`/tasks/${infohash}`)));
  return { wants: known.map(({ want }) => want), files: known.map(({ screenshots }) => screenshots.map(({ file }) => file)) };
});
