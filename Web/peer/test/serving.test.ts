import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, afterEach, suite, test } from 'node:test';
import { limits } from '@eventtorrent/protocol';
import { sha256, TestViewer } from './support/test-viewer.js';
import { until, within } from './support/waiting.js';
import { World } from './support/world.js';

suite('serving', () => {
  let world: World;
  let viewer: TestViewer;
  const large = randomBytes(1_500_000);

  before(async () => {
    world = await World.create();
    world.put('v_00001.ts', large);
  });
  beforeEach(async () => {
    viewer = await TestViewer.connect(world);
  });
  afterEach(() => viewer.close());
  after(() => world.stop());

  test('a file comes whole, with its hash', async () => {
    const { head, bytes, sha256: said } = await viewer.get('v_00001.ts');

    assert.equal(head.size, large.byteLength);
    assert.ok(bytes.equals(large));
    assert.equal(said, sha256(large));
  });

  test('an empty file is a response without frames', async () => {
    world.put('empty.vtt', '');

    const { head, bytes, sha256: said } = await viewer.get('empty.vtt');

    assert.deepEqual([head.size, bytes.byteLength, said], [0, 0, sha256(new Uint8Array())]);
  });

  test('a response goes on at a byte, and its hash is that of the whole file', async () => {
    for (const offset of [1, 65_528, limits.resumeBytes]) {
      const { head, bytes, sha256: said } = await viewer.get('v_00001.ts', { offset });

      assert.deepEqual([head.size, head.offset], [large.byteLength, offset]);
      assert.ok(bytes.equals(large.subarray(offset)));
      assert.equal(said, sha256(large));
    }
  });

  test('a range of a file comes alone, goes on at a byte, and has a hash of its own', async () => {
    const size = large.byteLength;
    for (const [from, to, offset] of [[0, 1, 0], [70_000, 300_000, 70_000], [70_000, 300_000, 299_999], [70_000, 300_000, 300_000], [size - 1, size * 2, size - 1], [size, size + 1, size]] as const) {
      const { head, bytes, sha256: said } = await viewer.get('v_00001.ts', { range: { from, to }, offset });

      assert.deepEqual([head.size, head.offset], [size, offset]);
      assert.ok(bytes.equals(large.subarray(offset, to)));
      assert.equal(said, sha256(large.subarray(from, to)));
    }
  });

  test('a response that would begin outside its range, or after much that is only read for the hash, is refused', async () => {
    const size = large.byteLength;
    for (const [from, to, offset] of [[0, 10, 11], [10, 20, 9], [20, 10, 15], [size + 1, size + 2, size + 1], [0, size, limits.resumeBytes + 1]] as const) {
      assert.equal(await viewer.refusal('v_00001.ts', { range: { from, to }, offset }), 'bad-offset', `${from}-${to} at ${offset}`);
    }
    assert.equal(await viewer.refusal('v_00001.ts', { offset: limits.resumeBytes + 1 }), 'bad-offset');
  });

  test('a file that is not the same any more is not gone on with', async () => {
    world.put('master.m3u8', '#EXTM3U');
    const { head } = await viewer.get('master.m3u8');
    assert.equal(await viewer.refusal('master.m3u8', { offset: 3, etag: head.etag }), 'served');

    world.put('master.m3u8', '#EXTM3U\n#EXT-X-VERSION:3');

    assert.equal(await viewer.refusal('master.m3u8', { offset: 3, etag: head.etag }), 'changed');
    assert.equal(await viewer.refusal('master.m3u8', { offset: 1000 }), 'bad-offset');
  });

  test('a file that shrinks while it is sent ends in an error', async () => {
    world.put('shrinks.ts', large);
    const { received } = viewer.ask('shrinks.ts');
    await until('it is under way', () => viewer.frames.length > 0);

    truncateSync(join(world.stream(), 'shrinks.ts'), 70_000);

    await assert.rejects(within('an end', received), { code: 'read-failed' });
  });

  test('each file of a task has a stream of its own', async () => {
    world.put('master.m3u8', 'seven', 7);

    assert.equal((await viewer.get('master.m3u8', { file: 7 })).bytes.toString(), 'seven');
    assert.equal(await viewer.refusal('master.m3u8', { file: 8 }), 'not-found');
  });

  test('eight requests are open at once and the ninth is refused', async () => {
    const asked = Array.from({ length: limits.requests }, () => viewer.ask('v_00001.ts').received);

    assert.equal(await viewer.refusal('v_00001.ts'), 'too-many');
    for (const { bytes } of await within('all responses', Promise.all(asked))) assert.ok(bytes.equals(large));
    assert.equal(await viewer.refusal('v_00001.ts'), 'served');
  });

  test('a cancelled response sends nothing more', async () => {
    world.put('small.vtt', 'WEBVTT');
    const { id } = viewer.ask('v_00001.ts');
    await until('it is under way', () => viewer.frames.length > 0);

    viewer.say({ type: 'cancel', id });
    await until('the node knows', () => world.metrics.value('eventtorrent_peer_requests_total', 'cancelled') > 0);
    const sent = world.metrics.value('eventtorrent_peer_sent_bytes_total');
    // What is asked after it comes behind all that was under way.
    await viewer.get('small.vtt');
    const frames = viewer.frames.length;
    const { head } = await viewer.get('small.vtt');

    assert.equal(world.metrics.value('eventtorrent_peer_sent_bytes_total') - sent, 2 * (head.size + 8));
    assert.equal(viewer.frames.length, frames + 1);
    assert.equal(viewer.messages.some((message) => message.type === 'end' && message.id === id), false);
  });

  test('never more is in flight than 256 KB', async () => {
    await Promise.all(Array.from({ length: limits.requests }, () => viewer.get('v_00001.ts')));

    assert.ok(world.transport.mostBuffered > 0);
    assert.ok(world.transport.mostBuffered <= limits.inFlightBytes, `${world.transport.mostBuffered}`);
  });

  test('a ping is answered', async () => {
    const pong = viewer.next('pong');
    viewer.say({ type: 'ping', n: 41 });

    assert.deepEqual(await pong, { type: 'pong', n: 41 });
  });
});
