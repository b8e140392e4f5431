import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { bounded, until } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium, type OpenPage } from './support/browser.js';
import { link } from './support/link.js';

// The suite runs in a network namespace of its own, with the browser in another: this file starts itself again in there.
if (link.far === undefined) {
  const missing = await link.missing();
  test('more connections are made where one is too slow, and go where they do not help', { skip: missing ?? false, timeout: link.testMs }, async () => {
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
    const getUntil = async (what: string, isDone: () => boolean | Promise<boolean>): Promise<void> => {
      let done = false;
      const got = (async () => {
        while (!done) assert.equal(await page.ask((of) => of.get('small.ts', 0.2)), sha256(small));
      })();
      await Promise.race([got, until(what, isDone)]);
      done = true;
      await got;
    };
    const connections = async (): Promise<number> => (await page.ask((of) => of.connections())) ?? 0;
    const opened = (): number => world.lines.filter((line) => line.includes('"session-opened"')).length;
    const open = async (uplinkBytesPerSecond: number, onOffer: (count: number) => void = () => undefined): Promise<void> => {
      world = await World.create({ address: link.near, uplinkBytesPerSecond });
      world.put('large.ts', large);
      world.put('small.ts', small);
      const { signaling, mint } = world;
      let offers = 0;
      const say: typeof signaling.say = (signal) => {
        if (signal.type === 'offer') onOffer(++offers);
        signaling.say(signal);
      };
      page = await chromium.open({ signaling: { say, listen: (...of) => signaling.listen(...of) }, mint });
    };
    const close = async (): Promise<void> => {
      assert.deepEqual(page.problems, []);
      await page.close();
      await world.stop();
    };

    before(async () => {
      chromium = await Chromium.start();
    }, bounded);
    after(() => chromium.stop(), bounded);

    test('one connection carries too little, so four carry stripes of one file, and a lost one is not missed', bounded, async () => {
      await open(0);
      await getUntil('there are four', async () => (await connections()) === 4 && world.node.sessions === 4);
      const [, second = ''] = page.sessions;

      const got = page.ask((of) => of.get('large.ts', 1));
      world.signaling.say({ type: 'bye', session: second });

      assert.equal(await got, sha256(large));
      assert.equal((await page.ask((of) => of.states())).at(-1)?.state, 'connected');
      await close();
    });

    test('where the uplink of the node is the limit they bring nothing, and go again', bounded, async () => {
      // That they bring nothing is measured, and must not depend on what else the machine does: so they bring much less.
      await open(120_000, (count) => count === 2 && world.clock.slow(20));

      await getUntil('more are tried, and go again', () => {
        const haveGone = opened() > 1 && world.node.sessions === 1;
        if (haveGone) world.clock.slow(1);
        return haveGone;
      });

      assert.equal(await connections(), 1);
      await close();
    });
  });
}
