/* A person adds torrents in every way that there is, to a server with a swarm, and watches the stream of one. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { clickToPicture } from '../support/first-picture.js';
import { Scene } from '../support/scene.js';

type Torrent = { readonly infohash: string; readonly name: string; readonly magnet: string; readonly file: string };
type Cast = Readonly<Record<'typed' | 'first' | 'second' | 'picked' | 'dropped' | 'pasted' | 'handed' | 'streamed', Torrent>> & { readonly bare: string };

/** From the wish to the end of the work. */
const workMs = 120_000;
const handleMs = 30_000;

await Scene.play<Cast>(async (scene) => {
  const { typed, first, second, picked, dropped, pasted, handed, streamed, bare } = scene.cast;
  const tab = await scene.open('', { permissions: ['notifications'] });
  await scene.isLive();
  // Whoever wants it is notified of what has ended. The browser shows its notifications itself; here they are also written down.
  await scene.go('#/system');
  await tab.getByRole('switch', { name: 'Show a notification when a task ends' }).click();
  await tab.evaluate(() => {
    const told: string[] = [];
    class Told extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        told.push(`${title}: ${options?.body}`);
      }
    }
    Object.assign(globalThis, { Notification: Told, told });
  });
  const told = (): Promise<readonly string[]> => tab.evaluate(() => (globalThis as unknown as { told: readonly string[] }).told);
  await scene.go('#/');
  const box = tab.getByLabel('Magnet links or infohashes');
  const add = tab.getByRole('button', { name: 'Add', exact: true });
  const isThere = (torrent: Torrent): Promise<void> => scene.row(torrent.infohash).waitFor();

  // One link, with as many pictures as one says.
  await tab.getByLabel('Shots per video').fill('2');
  await box.fill(typed.magnet);
  await box.press('Enter');
  await isThere(typed);
  assert.equal(await box.inputValue(), '');
  await scene.row(typed.infohash).getByText('Done', { exact: true }).waitFor({ timeout: workMs });
  await scene.row(typed.infohash).getByText('2/2', { exact: true }).waitFor();
  await tab.getByRole('log').getByText(`${typed.name}: Done`).waitFor({ state: 'attached' });
  await scene.until('there is a notification', async () => (await told()).includes(`Done: ${typed.name}`));

  // Many lines at once, of which one is there already and one is nonsense.
  await box.fill([first.magnet, '', bare, `  ${second.magnet}  `, 'nonsense', typed.infohash].join('\n'));
  await add.click();
  for (const infohash of [first.infohash, second.infohash, bare]) await scene.row(infohash).waitFor();
  const notice = tab.getByRole('alert');
  await notice.getByText('nonsense: An infohash is 40 hex digits', { exact: false }).waitFor();
  await notice.getByText('Already there:').waitFor();
  assert.match((await notice.getByRole('link').getAttribute('href')) ?? '', new RegExp(`${typed.infohash}$`));
  await notice.getByRole('button', { name: 'Close' }).click();
  await notice.waitFor({ state: 'detached' });

  // A file from the picker, a file that is dropped anywhere, and a link that is cut here and pasted where no field is.
  const [chooser] = await Promise.all([tab.waitForEvent('filechooser'), tab.getByRole('button', { name: 'Choose .torrent files' }).click()]);
  await chooser.setFiles(picked.file);
  await isThere(picked);

  const bytes = (await readFile(dropped.file)).toString('base64');
  const data = await within('a file to drop', tab.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], 'dropped.torrent', { type: 'application/x-bittorrent' }));
    return transfer;
  }, bytes), handleMs);
  await tab.getByRole('main').dispatchEvent('dragenter', { dataTransfer: data });
  await tab.getByText('Drop to add').waitFor();
  await tab.getByRole('main').dispatchEvent('drop', { dataTransfer: data });
  await isThere(dropped);
  await tab.getByText('Drop to add').waitFor({ state: 'detached' });

  await box.fill(pasted.magnet);
  await box.press('Control+a');
  await box.press('Control+x');
  assert.equal(await box.inputValue(), '');
  await tab.getByRole('grid').focus();
  await tab.keyboard.press('Control+v');
  await isThere(pasted);

  // A link that another program hands on waits for a person.
  await scene.go(`#/?add=${encodeURIComponent(handed.magnet)}`);
  await scene.until('the link is in the box', async () => (await box.inputValue()) === handed.magnet);
  assert.equal((await scene.get(`/tasks/${handed.infohash}`)).status, 404);
  await box.press('Enter');
  await isThere(handed);

  // Nothing is asked for; then a stream alone, which is watched.
  await tab.getByLabel('Screenshots', { exact: true }).uncheck();
  await box.fill(streamed.magnet);
  await add.click();
  await tab.getByText('Ask for screenshots, a stream, or both.').waitFor();
  await tab.getByLabel('Stream to watch').check();
  await box.fill(streamed.magnet);
  await add.click();
  await scene.row(streamed.infohash).getByText('Playable', { exact: true }).waitFor({ timeout: workMs });
  await clickToPicture(scene.row(streamed.infohash).getByRole('link', { name: /^Watch/ }));
  await tab.getByRole('button', { name: 'Connection and quality' }).click();
  await tab.getByText(/^direct/).first().waitFor();

  // All of it is here, and what is in it is known.
  await scene.go(`#/task/${streamed.infohash}`);
  await tab.getByRole('img', { name: 'Download: 100% is here, in 1 place' }).waitFor();
  const media = await tab.locator('.streams > div').allInnerTexts();

  const wants = await Promise.all([typed, streamed].map(async ({ infohash }) => (await scene.ask<{ readonly want: string }>(`/tasks/${infohash}`)).want));
  return { wants, media };
});
