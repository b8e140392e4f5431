import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { bits, makeCodedStream } from './support/coded-stream.js';
import { Firefox, lackOfFirefox } from './support/firefox.js';
import { NodeProcess } from './support/node-process.js';
import { goToPicture, isTrue, look, type Facts } from './support/picture.js';
import { Site } from './support/site.js';

const options = lackOfFirefox === undefined ? {} : { skip: lackOfFirefox };

/** What a second engine may see otherwise: the way to the node, and what is played. All else of the page is tested in Chromium. */
suite('in Firefox', () => {
  const site = new Site();
  let node: NodeProcess;
  let firefox: Firefox;

  const facts = (): Promise<Facts> => firefox.evaluate(look, bits);
  const plays = async (from: number): Promise<void> => {
    const isPlaying = async (): Promise<boolean> => {
      const { time, paused } = await facts();
      return time > from && !paused;
    };
    await until(`it plays beyond ${from} s`, isPlaying, 120_000).catch(async ({ message }: Error) => {
      throw new Error([message, await firefox.evaluate(() => document.body.innerText), ...firefox.problems].join('\n'));
    });
  };
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
    });
    afterEach(() => assert.deepEqual(firefox.problems.splice(0), []));
    after(async () => {
      await firefox.stop();
      await node.remove();
      await site.stop();
    });
  }

  test('the player plays the pictures of their times, and those that are sought', options, async () => {
    await firefox.goto(`${site.url}#/watch/${task}/0`);
    await until('there is a video', () => firefox.evaluate(() => document.querySelector('video') !== null));
    await plays(1);

    isTrue(await facts());
    isTrue(await pauseAt(41.03));
    isTrue(await pauseAt(7.03));
  });
});
