import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium, type OpenPage } from './support/browser.js';
import { link } from './support/link.js';

// The suite runs in a network namespace of its own, with the browser in another: this file starts itself again in there.
if (link.far === undefined) {
  const missing = await link.missing();
  test('more connections are made where one is too slow, and go where they do not help', { skip: missing ?? false }, async () => {
    assert.equal(await link.test({ delayMs: 15, lossPercent: 2 }, import.meta.url), undefined);
  });
} else {
  suite('beyond a link that loses packets', () => {
    const large = randomBytes(2_000_000);
    const small = large.subarray(0, 300_000);
    let chromium: Chromium;
    let world: World;
    let page: OpenPage;

    /** Asks again and again for something that plays for a fifth of a second; every answer is right. */
    const getUntil = async (isDone: () => Promise<boolean>): Promise<void> => {
      let done = false;
      const got = (async () => {
        while (!done) assert.equal(await page.ask((of) => of.get('small.ts', 0.2)), sha256(small));
      })();
      await Promise.race([got, until('there are as many connections as it takes', isDone)]);
      done = true;
      await got;
    };
    const connections = async (): Promise<number> => (await page.ask((of) => of.connections())) ?? 0;
    const open = async (uplinkBytesPerSecond: number): Promise<void> => {
      world = await World.create({ address: link.near, uplinkBytesPerSecond });
      world.put('large.ts', large);
      world.put('small.ts', small);
      page = await chromium.open(world);
    };
    const close = async (): Promise<void> => {
      assert.deepEqual(page.problems, []);
      await page.close();
      await world.stop();
    };

    before(async () => {
      chromium = await Chromium.start();
    });
    after(() => chromium.stop());

    test('one connection carries too little, so four carry stripes of one file, and a lost one is not missed', async () => {
      await open(0);
      await getUntil(async () => (await connections()) === 4 && world.node.sessions === 4);
      const [, second = ''] = page.sessions;

      const got = page.ask((of) => of.get('large.ts', 1));
      world.signaling.say({ type: 'bye', session: second });

      assert.equal(await got, sha256(large));
      assert.equal((await page.ask((of) => of.states())).at(-1)?.state, 'connected');
      await close();
    });

    test('where the uplink of the node is the limit they bring nothing, and go again', async () => {
      await open(150_000);
      await getUntil(async () => (await connections()) > 1);

      await getUntil(async () => (await connections()) === 1);

      await until('the node knows', () => world.node.sessions === 1);
      await close();
    });
  });
}
