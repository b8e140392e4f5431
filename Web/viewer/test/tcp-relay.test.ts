import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { bounded } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { loadWrtcTransport } from '@eventtorrent/peer/test/wrtc.js';
import { Chromium } from './support/browser.js';
import { Coturn } from './support/coturn.js';
import { link } from './support/link.js';

// The library of the other transport offers no loopback addresses, so this runs beyond a link: the file starts itself again in there.
if (link.far === undefined) {
  const missing = await link.missing();
  test('a browser that reaches its relay over TCP alone plays from a node with the other transport', { skip: missing ?? false, timeout: link.testMs }, async () => {
    assert.equal(await link.test({ delayMs: 1, lossPercent: 0 }, import.meta.url), undefined);
  });
} else {
  test('over TCP to the relay', bounded, async () => {
    const content = randomBytes(1_000_000);
    const coturn = await Coturn.start({ address: link.near, reachesItself: true });
    const world = await World.create({ transport: await loadWrtcTransport({ udpPorts: undefined, bindAddress: undefined, relayOnly: false }) });
    const chromium = await Chromium.start();
    try {
      world.put('v_00001.ts', content);
      const page = await chromium.open(world, { relayOnly: true, iceServers: coturn.servers('tcp') });

      assert.equal(await page.ask((of) => of.get('v_00001.ts')), sha256(content));
      const path = await page.ask((of) => of.path());
      assert.deepEqual([path?.local, path?.protocol], ['relay', 'tcp']);
      await page.close();
    } finally {
      await chromium.stop();
      await world.stop();
      await coturn.stop();
    }
  });
}
