import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { bounded, until } from '@eventtorrent/peer/test/waiting.js';
import type { Browser, Page } from 'playwright-core';
import { openTab, startBrowser } from './support/browser.js';
import { Site, taskOf } from './support/site.js';

const other = 'b2'.repeat(20);
const picture = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==', 'base64');

suite('the list', () => {
  let site: Site;
  let browser: Browser;
  let tab: Page;
  let problems: string[];

  const open = async (options: Parameters<typeof openTab>[1] = {}): Promise<void> => {
    ({ tab, problems } = await openTab(browser, options));
    await tab.goto(site.url);
  };
  const say = (route: string, body: unknown, status = 200): void => void site.answers.set(route, () => ({ status, body }));
  const card = (name: string) => tab.getByRole('article').filter({ has: tab.getByRole('heading', { name, exact: true }) });
  const isLive = (): Promise<void> => tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();

  before(async () => {
    browser = await startBrowser();
  }, bounded);
  beforeEach(async () => {
    site = new Site();
    await site.start();
  }, bounded);
  afterEach(async () => {
    const seen = problems;
    await tab.context().close();
    await site.stop();
    assert.deepEqual(seen, []);
  }, bounded);
  after(() => browser.close(), bounded);

  test('shows what is pushed, and never an older state again', bounded, async () => {
    await open();
    await isLive();

    site.status.say('taskChanged', taskOf({ infohash: other, name: null, state: 'Fetching', status: 'working', progress: null, version: 2 }));
    await card(other).getByText('Fetching metadata').waitFor();
    site.status.say('taskChanged', taskOf({ infohash: other, name: '<b>Named</b>', state: 'Screenshotting', status: 'working', version: 4, shots_stored: 0, shots_wanted: 5, peers: 1 }));
    await card('<b>Named</b>').getByText('0/5 shots · 1.1 GiB fetched · 1 peer', { exact: false }).waitFor();
    site.status.say('taskChanged', taskOf({ infohash: other, name: null, state: 'Fetching', status: 'working', version: 3 }));
    site.status.say('taskChanged', taskOf({ version: 8, name: 'The first, changed' }));
    await card('The first, changed').waitFor();
    assert.equal(await card('<b>Named</b>').count(), 1);

    site.status.say('taskDeleted', other);
    await card('<b>Named</b>').waitFor({ state: 'detached' });
    site.status.say('taskChanged', taskOf({ infohash: other, name: 'Late', version: 9 }));
    site.status.say('taskChanged', taskOf({ version: 10, name: 'The first again' }));
    await card('The first again').waitFor();
    assert.equal(await card('Late').count(), 0);
  });

  test('says that the server is away, and reads again what it missed', bounded, async () => {
    await open();
    await isLive();
    await site.status.stop();
    await tab.getByRole('status').filter({ hasText: 'No connection, trying again' }).waitFor();

    say('GET /tasks/', { tasks: [taskOf({ infohash: other, name: 'Came meanwhile' })], next_cursor: null });
    await site.status.start();

    await card('Came meanwhile').waitFor();
    await card('A video that counts').waitFor({ state: 'detached' });
  });

  test('takes lines, files and wishes, and says why one is refused', bounded, async () => {
    await open();
    const bodies: string[] = [];
    site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return body.includes('nonsense') ? { status: 400, body: { title: 'Bad Request', detail: 'That is no infohash.' } }
        : { status: 201, body: taskOf({ infohash: other, name: 'Added', state: 'Pending', status: 'pending', version: 1 }) };
    });
    await tab.getByLabel('Stream to watch').check();
    await tab.getByLabel('Magnet links or infohashes').fill(`magnet:?xt=urn:btih:${other}\n\nnonsense\n`);
    await tab.getByRole('button', { name: 'Add', exact: true }).click();

    await card('Added').getByText('Waiting for a worker').waitFor();
    await tab.getByRole('alert').getByText('nonsense: That is no infohash.').waitFor();
    const [magnet = ''] = bodies.filter((body) => body.includes('"magnet"'));
    assert.match(magnet, /name="want"\r\n\r\nscreenshots,stream\r\n/);
    assert.match(magnet, /name="shots"\r\n\r\n10\r\n/);

    await tab.locator('input[type=file]').setInputFiles({ name: 'a.torrent', mimeType: 'application/x-bittorrent', buffer: Buffer.from('d4:infode') });
    await until('the file is there', () => bodies.some((body) => body.includes('filename="a.torrent"') && body.includes('d4:infode')));
  });

  test('pauses, tries again and deletes, and says why it may not', bounded, async () => {
    say('GET /tasks/', { tasks: [taskOf({ state: 'Downloading', status: 'working', progress: 0.5 })], next_cursor: null });
    say(`POST /tasks/${task}/pause`, taskOf({ state: 'Paused', status: 'pending', version: 8 }));
    say(`POST /tasks/${task}/resume`, { title: 'Conflict', detail: 'Nothing is left to resume.' }, 409);
    say(`DELETE /tasks/${task}`, null, 204);
    await open();
    const button = (name: string) => tab.getByRole('button', { name: `${name} A video that counts` });

    await button('Pause').click();
    await card('A video that counts').getByText('Paused').waitFor();
    await button('Resume').click();
    await tab.getByRole('alert').getByText('Nothing is left to resume.').waitFor();
    await button('Delete').click();
    await tab.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();

    await tab.getByText('Nothing here yet.', { exact: false }).waitFor();
  });

  test('shows pictures, and one large with its neighbours a key away', bounded, async () => {
    const pictures = [0, 1].map((index) => ({
      file: 0, index, keyframe_time_s: 60 + index, width: 1920, height: 1080, verified: index === 1, url: `/tasks/${task}/screenshots/0/${index}.jpg`,
    }));
    for (const { url } of pictures) say(`GET ${url}`, picture);
    say(`GET /tasks/${task}/screenshots`, pictures);
    say('GET /tasks/', { tasks: [taskOf({ shots_stored: 2, shots_wanted: 2 })], next_cursor: null });
    await open();

    await tab.getByRole('link', { name: 'Picture at 1:00' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('1:00 · 1920 × 1080', { exact: true }).waitFor();
    await tab.keyboard.press('ArrowRight');
    await dialog.getByText('1:01 · 1920 × 1080 · verified').waitFor();
    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('finds by name and status, as the server does', bounded, async () => {
    await open();
    await card('A video that counts').waitFor();
    site.answers.set('GET /tasks/', ({ url }) =>
      ({ body: { tasks: url?.includes('q=some+name') || url?.includes('q=some%20name') ? [taskOf({ infohash: other, name: 'Some name' })] : [], next_cursor: null } }));

    await tab.getByLabel('Search by name or infohash').fill('some name');
    await card('Some name').waitFor();
    assert.equal(await card('A video that counts').count(), 0);
    await tab.getByLabel('Status').selectOption({ label: 'Failed' });

    await until('the server was asked', () => site.requests.some((request) => request.includes('q=some%20name&status=permanent_failure')));
  });

  test('shows one task with its files and what happened', bounded, async () => {
    await open();
    await tab.getByRole('link', { name: 'Details A video that counts' }).click();

    await tab.getByText('counting.mkv').waitFor();
    await tab.getByText('Submitted.', { exact: false }).waitFor();
    await tab.getByRole('link', { name: 'All tasks' }).click();
    await tab.getByRole('link', { name: 'Watch A video that counts' }).waitFor();
  });

  test('speaks the language of the browser, or the one that is chosen, and keeps to it', bounded, async () => {
    await open({ locale: 'zh-TW' });
    await tab.getByRole('button', { name: '新增', exact: true }).waitFor();

    await tab.getByLabel('語言').selectOption('zh-Hans');
    await tab.getByRole('button', { name: '添加', exact: true }).waitFor();
    await tab.reload();

    await tab.getByRole('button', { name: '添加', exact: true }).waitFor();
    assert.equal(await tab.evaluate(() => document.documentElement.lang), 'zh-Hans');
  });

  test('is light or dark as the system, or as one says, and fits into 360 pixels', bounded, async () => {
    const name = 'A.very.long.name.without.any.spaces.'.repeat(8);
    say('GET /tasks/', { tasks: [taskOf({ name, failure: { kind: 'X', message: name, retry_at: null }, state: 'Failed', status: 'permanent_failure' })], next_cursor: null });
    await open({ colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    await card(name).waitFor();
    const brightness = (): Promise<number> => tab.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]));

    await until('it is dark', async () => (await brightness()) < 60);
    assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= 360));
    await tab.getByRole('button', { name: 'Colours: as the system' }).click();
    await until('it is light', async () => (await brightness()) > 200);
    await tab.reload();
    await until('it is still light', async () => (await brightness()) > 200);
  });
});
