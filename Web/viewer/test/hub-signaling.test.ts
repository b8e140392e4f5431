import assert from 'node:assert/strict';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { ScriptedHub } from '@eventtorrent/peer/test/scripted-hub.js';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { hubMethods, type IceServer } from '@eventtorrent/protocol';
import { HubViewerSignaling } from '../src/index.js';

const stun: IceServer = { urls: ['stun:192.0.2.1'], username: null, credential: null };
const turn: IceServer = { urls: ['turn:192.0.2.1'], username: '1764200000:viewer', credential: 'c2VjcmV0' };

class HubWithRelay extends ScriptedHub {
  protected override answer(target: string, argument: unknown): unknown {
    if (target === hubMethods.iceServers) return [stun];
    return target === hubMethods.iceServersFor && Object(argument).ticket === 'a ticket' ? [stun, turn] : null;
  }
}

suite('a viewer at the hub', () => {
  let hub: HubWithRelay;
  let signaling: HubViewerSignaling;

  beforeEach(async () => {
    hub = new HubWithRelay();
    await hub.start();
    signaling = new HubViewerSignaling(hub.url);
  });
  afterEach(async () => {
    await signaling.stop();
    await hub.stop();
  });

  test('shows its ticket when it asks for relays', async () => {
    assert.deepEqual(await within('the servers', signaling.iceServers('a ticket')), [stun, turn]);
  });

  test('takes what a hub gives that does not know of that yet', async () => {
    hub.lacks.add(hubMethods.iceServersFor);

    assert.deepEqual(await within('the servers', signaling.iceServers('a ticket')), [stun]);
  });
});
