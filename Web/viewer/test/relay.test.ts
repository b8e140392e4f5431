import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, suite, test } from 'node:test';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { bounded } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium } from './support/browser.js';
import { Coturn } from './support/coturn.js';

// The threads of a transport that gave back its allocations late may keep the process when everything is over.
after(() => void setTimeout(() => process.exit(), 5000).unref());

suite('through a relay', () => {
  test('what is shipped lets nobody into the networks that the relay is in, and takes only good credentials', bounded, async () => {
    const coturn = await Coturn.start();
    try {
      const denied = [
        '0.0.0.1', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8',
        '192.168.1.1', '198.18.0.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255',
      ];
      for (const peer of denied) assert.equal(await coturn.permission(peer), 403, peer);
      for (const peer of ['9.255.255.255', '11.0.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255', '203.0.114.1']) assert.equal(await coturn.permission(peer), 0, peer);
      assert.equal(await coturn.permission('11.0.0.1', { seconds: -10 }), 401);
      assert.equal(await coturn.permission('11.0.0.1', { secret: 'guessed' }), 401);
    } finally {
      await coturn.stop();
    }
  });

  test('a viewer has as many allocations as its connections take, and no more', bounded, async () => {
    const coturn = await Coturn.start();
    try {
      const codes: number[] = [];
      for (let allocation = 0; allocation < 26; allocation++) codes.push(await coturn.permission('11.0.0.1'));

      assert.deepEqual([codes.indexOf(486), codes.filter((code) => code === 0).length], [24, 24]);
    } finally {
      await coturn.stop();
    }
  });

  for (const both of [false, true]) {
    test(`a viewer that may only be relayed plays${both ? ', from a node that may only be relayed' : ''}`, bounded, async () => {
      const content = randomBytes(1_000_000);
      const coturn = await Coturn.start({ reachesItself: true });
      const world = await World.create({ relayOnly: both });
      const chromium = await Chromium.start();
      try {
        world.put('v_00001.ts', content);
        const page = await chromium.open(world, { relayOnly: true, iceServers: coturn.servers() });

        assert.equal(await page.ask((of) => of.get('v_00001.ts')), sha256(content));
        const path = await page.ask((of) => of.path());
        assert.equal(path?.local, 'relay');
        const kinds = new Set(page.nodeCandidates.map((candidate) => / typ (\w+)/.exec(candidate)?.[1]));
        assert.deepEqual([kinds.has('relay'), kinds.has('host')], [true, !both]);
        await page.close();
      } finally {
        await chromium.stop();
        await world.stop();
        await coturn.stop();
      }
    });
  }

});
