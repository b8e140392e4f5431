import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { bounded } from '@eventtorrent/peer/test/waiting.js';
import { bits, makeCodedStream } from './support/coded-stream.js';
import { Firefox, lackOfFirefox } from './support/firefox.js';
import { NodeProcess } from './support/node-process.js';
import { goToPicture, isTrue, look, type Facts } from './support/picture.js';
import { Site } from './support/site.js';

const options = { ...bounded, ...(lackOfFirefox === undefined ? {} : { skip: lackOfFirefox }) };

/** Runs in the page, so that a slow machine is asked once: it plays beyond the first second. */
const playsOn = (): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      const video = document.querySelector('video');
      if (video !== null && !video.paused && video.currentTime > 1) resolve();
      else setTimeout(look, 100);
    };
    look();
  });

/** What a second engine may see otherwise: the way to the node, and what is played. All else of the page is tested in Chromium. */
suite('in Firefox', () => {
  const site = new Site();
  let node: NodeProcess;
  let firefox: Firefox;

  const facts = (): Promise<Facts> => firefox.evaluate(look, bits);
  const plays = (): Promise<void> =>
    firefox.evaluate(playsOn).catch(async ({ message }: Error) => {
      throw new Error([message, await firefox.evaluate(() => document.body.innerText), ...firefox.problems].join('\n'));
    });
  const pauseAt = async (time: number): Promise<Facts> => {
    await firefox.evaluate(goToPicture, time);
    return facts();
  };

  if (lackOfFirefox === undefined) {
    before(async () => {
      await site.start();
      node = new NodeProcess(site.signaling, site.mint);
      await makeCodedStream(node.stream);
      await node.start();
      firefox = await Firefox.start();
    }, bounded);
    afterEach(() => assert.deepEqual(firefox.problems.splice(0), []));
    after(async () => {
      await node.remove();
      await site.stop();
      await firefox.stop();
    }, bounded);
  }

  test('the player plays the pictures of their times, and those that are sought', options, async () => {
    await firefox.goto(`${site.url}#/watch/${task}/0`);
    await plays();

    isTrue(await pauseAt(41.03));
    isTrue(await pauseAt(7.03));
  });
});
