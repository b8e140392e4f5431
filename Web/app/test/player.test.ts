import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { bounded, until, within } from '@eventtorrent/peer/test/waiting.js';
import { hubMethods } from '@eventtorrent/protocol';
import type { Browser, Page } from 'playwright-core';
import { openTab, startBrowser } from './support/browser.js';
import { bits, makeCodedStream, seconds } from './support/coded-stream.js';
import { NodeProcess } from './support/node-process.js';
import { goOnAt } from './support/lost-way.js';
import { goToPicture, isTrue, look, type Facts } from './support/picture.js';
import { Site, taskOf } from './support/site.js';

suite('the player', () => {
  const site = new Site();
  let node: NodeProcess;
  let browser: Browser;
  let tab: Page;
  let problems: string[];

  const facts = (): Promise<Facts> => tab.evaluate(look, bits);
  const open = async (): Promise<void> => {
    ({ tab, problems } = await openTab(browser));
    await tab.goto(`${site.url}#/watch/${task}/0`);
    await tab.locator('video').waitFor();
  };
  const plays = (from = 0): Promise<void> => until(`it plays beyond ${from} s`, async () => (await facts()).time > from && !(await facts()).paused);
  const pauseAt = async (time: number): Promise<Facts> => {
    await tab.evaluate(goToPicture, time);
    return facts();
  };
  const button = (name: string | RegExp) => tab.getByRole('button', { name, exact: typeof name === 'string' });

  before(async () => {
    await site.start();
    node = new NodeProcess(site.signaling, site.mint);
    await makeCodedStream(node.stream);
    await node.start();
    browser = await startBrowser();
  }, bounded);
  afterEach(async () => {
    const seen = problems;
    await tab.context().close();
    assert.deepEqual(seen, []);
  }, bounded);
  after(async () => {
    await browser.close();
    await node.remove();
    await site.stop();
  }, bounded);

  test('plays the pictures of their times, and those that are sought', bounded, async () => {
    await open();
    await plays(1);

    isTrue(await facts());
    isTrue(await pauseAt(41.03));
    isTrue(await pauseAt(7.03));
  });

  test('is worked by keyboard', bounded, async () => {
    await open();
    await plays();
    await tab.keyboard.press('Space');
    await until('it is paused', async () => (await facts()).paused);
    await pauseAt(10.03);

    const after = async (key: string): Promise<Facts> => {
      await tab.keyboard.press(key);
      return facts();
    };

    assert.equal(Math.round((await after('ArrowRight')).time), 15);
    assert.equal(Math.round((await after('l')).time), 25);
    assert.equal(Math.round((await after('j')).time), 15);
    assert.equal(Math.round((await after('ArrowLeft')).time), 10);
    assert.equal(Math.round((await after('5')).time), seconds / 2);
    assert.ok(Math.abs((await after('ArrowDown')).volume - 0.95) < 0.01);
    assert.equal((await after('m')).muted, true);
    assert.equal((await after('m')).muted, false);
    await tab.keyboard.press('f');
    await until('it fills the screen', () => tab.evaluate(() => document.fullscreenElement !== null));
    await tab.keyboard.press('f');
    await until('it is in its window', () => tab.evaluate(() => document.fullscreenElement === null));
    await tab.keyboard.press('k');
    await until('it plays', async () => !(await facts()).paused);
  });

  test('has subtitles, audio tracks and speeds to choose from', bounded, async () => {
    await open();
    await plays();
    await tab.keyboard.press('c');
    await pauseAt(20.5);
    await tab.locator('.captions', { hasText: /^second 20$/ }).waitFor();

    await button('Settings').click();
    await tab.getByRole('menuitemradio', { name: 'High' }).click();
    await button('Settings').click();
    await until('the other track is chosen', async () => (await tab.getByRole('menuitemradio', { name: 'High' }).getAttribute('aria-checked')) === 'true');
    await tab.getByRole('menuitemradio', { name: '1.5×' }).click();
    assert.equal((await facts()).rate, 1.5);
    await button('Settings').click();
    await tab.getByRole('menuitemradio', { name: 'Off' }).click();
    await tab.locator('.captions').waitFor({ state: 'detached' });
    await button('Play').click();
    await plays(20.6);
  });

  test('shows what is where on the seek bar, and goes there', bounded, async () => {
    await open();
    await plays(0.5);
    const bar = tab.getByRole('slider', { name: 'Position' });
    const { x, y, width, height } = (await bar.boundingBox()) ?? assert.fail('no seek bar');
    const hover = async (share: number): Promise<readonly number[]> => {
      await tab.mouse.move(x + width * share, y + height / 2);
      const image = tab.locator('.preview img');
      await image.waitFor();
      return within('the picture is decoded', image.evaluate((element: HTMLImageElement) =>
        element.decode().then(() => {
          const canvas = document.createElement('canvas');
          const context = canvas.getContext('2d');
          // A sheet that is drawn smaller than it is shows other pictures than those of its place.
          if (element.getBoundingClientRect().width !== element.naturalWidth) throw new Error(`${element.getBoundingClientRect().width} pixels wide`);
          context?.drawImage(element, 80 - parseFloat(element.style.left), 45 - parseFloat(element.style.top), 1, 1, 0, 0, 1, 1);
          return [...(context?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])];
        })), 30_000);
    };

    const [[red = 0, , dark = 0], [soft = 0, , blue = 0]] = [await hover(0.2), await hover(0.8)] as const;
    assert.ok(red > 200 && dark < 60, `${red} ${dark} before the middle`);
    assert.ok(blue > 200 && soft < 60, `${blue} ${soft} behind it`);
    // Longer than the controls are there for whoever does not point at them.
    await plays((await facts()).time + 3.5);
    assert.ok(await tab.locator('.preview img').isVisible());
    await tab.mouse.click(x + width * 0.75, y + height / 2);

    await plays(45);
    assert.ok((await facts()).time < 50);
    isTrue(await facts());
  });

  test('goes on where one was the last time', bounded, async () => {
    await open();
    await plays();
    await pauseAt(33);
    await tab.reload();

    await tab.getByText('Goes on at 0:33.').waitFor();
    await plays(33);
    await button('From the beginning').click();
    await until('it is at the beginning', async () => (await facts()).time < 20);
  });

  test('says how the video comes here', bounded, async () => {
    await open();
    await plays();
    await tab.keyboard.press('i');

    const value = (name: string): Promise<string | null> => tab.locator('.info-panel dl > div', { hasText: name }).locator('dd').textContent();
    await until('the path is known', async () => (await value('Path')) === 'direct (UDP)');
    await until('the round trip is known', async () => /^\d+ ms$/.test((await value('Round trip')) ?? ''));
    assert.match((await value('Received')) ?? '', /^[\d.]+ [KM]iB$/);
    assert.match((await value('Dropped frames')) ?? '', /^\d+ of \d+$/);
    assert.equal(await value('Picture'), '320 × 180');
    assert.match((await value('Renditions')) ?? '', /^320 × 180, 0\.4 Mbit\/s, avc1\.42c015,mp4a\.40\.2$/);
  });

  test('plays on over a node that is killed and started again', bounded, async () => {
    await node.kill();
    await node.start({ 'uplink-bytes-per-second': '60000' });
    await open();
    await plays(1);
    await node.kill();
    const killedAt = (await facts()).time;
    await tab.getByText('The connection was lost.', { exact: false }).first().waitFor();
    await node.start();

    // Beyond all that it can have had when the node went.
    await tab.keyboard.press('9');
    await plays(0.9 * seconds);
    isTrue(await facts());
    assert.ok(killedAt < 0.9 * seconds);
  });

  test('goes on at the same place within six seconds of a way that died', bounded, async (context) => {
    const other = new NodeProcess(site.signaling, site.mint);
    try {
      await node.kill();
      await node.start({ 'uplink-bytes-per-second': '60000' });
      await open();
      await plays(0.5);
      // Whoever asks from now on comes to this one.
      await other.start({ root: node.folder });
      const offers = site.signaling.count(hubMethods.offer);

      node.freeze();
      const { noticedMs, playedMs, at, lateMs } = await tab.evaluate(goOnAt, 50);

      context.diagnostic(`noticed after ${noticedMs} ms, played after ${playedMs} ms, timers late by ${lateMs} ms at most`);
      // A slow node may have led to a second connection before it died, to the other one: then it plays at once, and there is nothing to notice.
      assert.ok((noticedMs ?? playedMs) <= 6000 + 2 * lateMs, `noticed after ${noticedMs} ms, played after ${playedMs} ms, timers late by ${lateMs} ms`);
      assert.ok(at < 50 + 1 + lateMs / 1000, `${at}`);
      if (noticedMs !== undefined) assert.ok(site.signaling.count(hubMethods.offer) > offers);
      isTrue(await facts());
    } finally {
      await other.remove();
      await node.kill();
      await node.start();
    }
  });

  test('is put into a picture of its own, and back', bounded, async () => {
    await open();
    await plays(0.5);
    // The controls of what plays go after a while.
    await tab.keyboard.press('k');
    const isOutside = (): Promise<boolean> => tab.evaluate(() => document.pictureInPictureElement === document.querySelector('video'));

    await button('Picture in picture').click();
    await until('it is in a picture of its own', isOutside);
    await button('Picture in picture').click();
    await until('it is in the page', async () => !(await isOutside()));
  });

  test('says why it does not play, and plays when it can', bounded, async () => {
    await node.kill();
    await open();
    await tab.getByText('The node that holds this video is offline.', { exact: false }).waitFor();

    await node.start();

    await plays(0.5);
    await tab.getByText('offline', { exact: false }).waitFor({ state: 'detached' });
  });

  test('says what the server has against it', bounded, async () => {
    const route = `POST /tasks/${task}/ticket`;
    const good = site.answers.get(route) ?? assert.fail('no tickets');
    let asked = 0;
    // The first is only to find out what there is.
    site.answers.set(route, (...request) => (asked++ === 0 ? good(...request) : { status: 409, body: { title: 'Conflict', detail: 'The task is being deleted.' } }));
    await open();
    await tab.getByText('The server gives no ticket for this video: The task is being deleted.', { exact: false }).waitFor();

    site.answers.set(route, good);

    await plays();
  });

  test('names a stream that is not there, one that is damaged, and one that is not made yet', bounded, async () => {
    await open();
    await plays();
    await tab.goto(`${site.url}#/watch/${task}/7`);
    await tab.getByText('This video has no stream on its volume.', { exact: false }).waitFor();

    mkdirSync(join(node.folder, task, '7.hls'));
    writeFileSync(join(node.folder, task, '7.hls', 'master.m3u8'), 'nothing');
    await button('Try again').click();
    await tab.getByText('The stream is damaged (manifestParsingError).', { exact: false }).waitFor();

    site.answers.set(`GET /tasks/${task}`, () => ({ body: taskOf({ state: 'Transcoding', status: 'working' }) }));
    site.answers.set(`POST /tasks/${task}/ticket`, () => ({ status: 409, body: { title: 'Conflict', detail: 'The task is not playable yet.' } }));
    await button('Try again').click();
    await tab.getByText('This video can’t be played yet: Making the stream.').waitFor();
  });
});
