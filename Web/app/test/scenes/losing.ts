/*
 * Two pages of a server that dies and comes back. What happened to it meanwhile nobody has told them: `gone` was deleted, `new` came, `paused` was
 * paused. They say that they have lost it, come back by themselves, and read again.
 */
import { Scene } from '../support/scene.js';

type Cast = Readonly<Record<'gone' | 'new' | 'paused', string>>;

/** Until the server is there again, which the caller starts twice meanwhile. */
const awayMs = 480_000;

await Scene.play<Cast>(async (scene) => {
  const { gone, paused, new: added } = scene.cast;
  const detail = await scene.open(`#/task/${paused}`);
  await scene.isLive();
  await detail.getByRole('heading', { name: paused }).waitFor();
  const list = await scene.open();
  await scene.isLive();
  for (const infohash of [gone, paused]) await scene.row(infohash).waitFor();
  scene.reached('live');

  const notice = /^The connection to the server is lost since .+ What is shown may be old/;
  for (const tab of [detail, list]) {
    await tab.getByRole('alert').filter({ hasText: notice }).waitFor();
    // That it has no connection, or that the list can't be read, whichever it has tried last.
    await tab.locator('[role=status].connection:not(.up)').waitFor();
  }
  // What was read is still there to be looked at.
  await scene.row(gone).waitFor();
  scene.reached('lost');

  for (const tab of [detail, list]) {
    await tab.getByRole('alert').filter({ hasText: notice }).waitFor({ state: 'detached', timeout: awayMs });
    await scene.isLive(tab);
  }
  await scene.row(gone).waitFor({ state: 'detached' });
  await scene.row(added).waitFor();
  await scene.row(paused).getByText('Paused', { exact: true }).waitFor();
  await detail.getByRole('button', { name: 'Resume' }).waitFor();
  return {};
});
