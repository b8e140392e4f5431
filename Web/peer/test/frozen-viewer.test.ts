import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { limits, type SignalToNode } from '@eventtorrent/protocol';
import { sha256, TestViewer } from './support/test-viewer.js';
import { until, within } from './support/waiting.js';
import { World } from './support/world.js';

type Said = { readonly listen?: string; readonly say?: SignalToNode; readonly hashes?: readonly string[] };

test('a viewer that stops reading costs the node a bounded buffer and nobody else anything, and goes on where it was', async () => {
  const content = randomBytes(1_500_000);
  const world = await World.create();
  world.put('v_00001.ts', content);
  const child = fork(fileURLToPath(new URL('./support/viewer-process.js', import.meta.url)), [world.mint.secret, 'v_00001.ts', String(limits.requests)]);
  const hashes = new Promise<readonly string[]>((resolve) => {
    child.on('message', ({ listen, say, hashes: all }: Said) => {
      if (listen !== undefined) world.signaling.listen(listen, (signal) => child.connected && child.send(signal));
      if (say !== undefined) world.signaling.say(say);
      if (all !== undefined) resolve(all);
    });
  });
  const sent = (): number => world.metrics.value('eventtorrent_peer_sent_bytes_total');
  try {
    await until('it is under way', () => sent() > 100_000);

    world.clock.hold();
    child.kill('SIGSTOP');
    let last = -1;
    await until('nothing more is sent to it', async () => {
      const before = last;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return before === (last = sent());
    });
    const frozen = sent();
    const other = await TestViewer.connect(world, { claims: { sub: 'viewer-2' } });
    const { bytes } = await other.get('v_00001.ts');
    other.close();

    assert.ok(bytes.equals(content));
    assert.ok(frozen < limits.requests * content.byteLength, 'it was stopped too late to show anything');
    assert.ok(world.transport.mostBuffered <= limits.inFlightBytes, `${world.transport.mostBuffered}`);
    child.kill('SIGCONT');
    assert.deepEqual(await within('all it asked for', hashes), Array<string>(limits.requests).fill(sha256(content)));
  } finally {
    child.kill('SIGKILL');
    await world.stop();
  }
});
