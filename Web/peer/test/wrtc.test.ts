import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { TestViewer } from './support/test-viewer.js';
import { until } from './support/waiting.js';
import { World } from './support/world.js';
import { loadWrtcTransport } from '../src/wrtc.js';

// It offers no loopback candidates.
const alone = Object.values(networkInterfaces()).flat().every((address) => address === undefined || address.internal);

test('the other transport serves alike', { skip: alone && 'this machine has no address but loopback' }, async () => {
  const content = randomBytes(1_000_000);
  const world = await World.create({ transport: await loadWrtcTransport({ udpPorts: undefined, bindAddress: undefined, relayOnly: false }) });
  world.put('v_00001.ts', content);
  const viewer = await TestViewer.connect(world, { anyAddress: true });

  const { bytes } = await viewer.get('v_00001.ts');
  assert.ok(bytes.equals(content));
  assert.equal(await viewer.refusal('../x'), 'bad-name');
  assert.ok(world.transport.mostBuffered <= 262_144);

  viewer.close();
  await until('the session is gone', () => world.node.sessions === 0);
  await world.stop();
});
