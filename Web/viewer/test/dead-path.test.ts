import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, suite, test } from 'node:test';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { bounded, until } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium, type OpenPage } from './support/browser.js';
import { link } from './support/link.js';

// The suite runs in a network namespace of its own, with the browser in another: this file starts itself again in there.
if (link.far === undefined) {
  const missing = await link.missing();
  test('a way that dies is given up within six seconds, and another takes its place', { skip: missing ?? false, timeout: link.testMs }, async () => {
    assert.equal(await link.test({ delayMs: 5, lossPercent: 0 }, import.meta.url), undefined);
  });
} else {
  suite('beyond a link', () => {
    const large = randomBytes(2_000_000);
    let chromium: Chromium;
    let world: World;
    let page: OpenPage;

    const received = (): Promise<number> => page.ask((of) => of.received());

    before(async () => {
      world = await World.create({ address: link.near, uplinkBytesPerSecond: 500_000 });
      world.put('large.ts', large);
      chromium = await Chromium.start();
    }, bounded);
    afterEach(async () => {
      assert.deepEqual(page.problems, []);
      await page.close();
    }, bounded);
    after(async () => {
      await chromium.stop();
      await world.stop();
    }, bounded);

    test('a dead way is left within six seconds, and the transfer goes on at the byte', bounded, async () => {
      page = await chromium.open(world);
      const got = page.ask((of) => of.get('large.ts'));
      await until('a fifth is there', async () => (await received()) > 400_000);

      link.forgetWays();
      const from = performance.now();
      await until('another session is offered', () => page.sessions.length === 2);
      const seconds = (performance.now() - from) / 1000;
      const kept = await received();

      assert.equal(await got, sha256(large));
      assert.ok(kept >= 400_000 && kept < large.byteLength);
      // The page counts from the last byte that came, which may be a moment after the cut: packets were on their way.
      assert.ok(seconds < 7, `${seconds} s`);
      const sent = world.metrics.value('eventtorrent_peer_sent_bytes_total');
      assert.ok(sent < large.byteLength + 1_000_000, `${sent} bytes for ${large.byteLength}`);
    });

    test('when everything was cut for a while, it goes on where it was', bounded, async () => {
      page = await chromium.open(world);
      const got = page.ask((of) => of.get('large.ts'));
      await until('a fifth is there', async () => (await received()) > 400_000);

      link.toggle();
      await until('the page has noticed', async () => (await page.ask((of) => of.states())).length > 2);
      link.toggle();

      assert.equal(await got, sha256(large));
    });
  });
}
