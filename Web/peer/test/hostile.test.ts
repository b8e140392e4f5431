import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { limits, type CloseReason } from '@eventtorrent/protocol';
import { TestViewer } from './support/test-viewer.js';
import { within } from './support/waiting.js';
import { World } from './support/world.js';

suite('hostile viewers', () => {
  let world: World;

  before(async () => {
    world = await World.create();
    world.put('master.m3u8', '#EXTM3U');
    world.put('v_00001.ts', randomBytes(2_000_000));
  });
  after(() => world.stop());

  const closed = (reason: CloseReason): number => world.metrics.value('eventtorrent_peer_closed_total', reason);

  /** The last message of a channel is lost when the network is busy; that it is closed, and why, is not. */
  const isClosedFor = async (reason: CloseReason, misbehave: (viewer: TestViewer) => void): Promise<void> => {
    const before = closed(reason);
    const viewer = await TestViewer.connect(world);
    // However slowly this arrives, the node counts it by the time at which it was said, and nobody is silent meanwhile.
    world.clock.hold();
    misbehave(viewer);
    await within('the channel closes', viewer.closed);
    viewer.close();
    world.clock.release();
    assert.equal(closed(reason), before + 1, world.lines.slice(-12).join(''));
    for (const message of viewer.messages) if (message.type === 'closing') assert.equal(message.code, reason);
  };

  test('what no viewer would say closes the channel', async () => {
    await isClosedFor('malformed', (viewer) => viewer.sayText('{"type":"get"'));
    await isClosedFor('malformed', (viewer) => viewer.sayText('{"type":"head","id":1}'));
    await isClosedFor('malformed', (viewer) => viewer.sayText(' '.repeat(limits.viewerTextLength + 1)));
    await isClosedFor('malformed', (viewer) => viewer.sayBinary(randomBytes(1000)));
    await isClosedFor('malformed', (viewer) => [5, 5].forEach((id) => viewer.say({ type: 'get', id, file: 0, name: 'master.m3u8', offset: 0 })));
  });

  test('a flood of messages closes the channel after a few hundred', async () => {
    const before = world.metrics.value('eventtorrent_peer_requests_total', 'bad-name');

    await isClosedFor('flood', (viewer) => {
      for (let id = 1; id <= 5000; id++) viewer.say({ type: 'get', id, file: 0, name: '../../etc/passwd', offset: 0 });
    });

    assert.ok(world.metrics.value('eventtorrent_peer_requests_total', 'bad-name') - before < 600);
  });

  test('a message of fifty megabytes, which the node never said it takes, is cut where no message may be longer, and closes the channel', async () => {
    const before = closed('malformed');
    const viewer = await TestViewer.connect(world, { changeAnswer: (sdp) => sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:0') });
    // Nothing else of this viewer gets through meanwhile: on a slow machine it would be closed for its silence.
    world.clock.hold();

    viewer.sayText(' '.repeat(50_000_000));
    await within('the channel closes', viewer.closed);

    viewer.close();
    world.clock.release();
    assert.equal(closed('malformed'), before + 1, world.lines.slice(-12).join(''));
    assert.ok(world.transport.longestText <= limits.frameBytes, `${world.transport.longestText}`);
  });

  test('a ticket for another task gives nothing of this one', async () => {
    const viewer = await TestViewer.connect(world, { claims: { task: 'b2'.repeat(20), sub: 'viewer-2' } });

    for (const name of ['master.m3u8', 'v_00001.ts']) assert.equal(await viewer.refusal(name), 'not-found');

    viewer.close();
  });

  test('names that are no names are refused one by one', async () => {
    const viewer = await TestViewer.connect(world);
    try {
      for (const name of ['../0.hls/master.m3u8', '/etc/passwd', 'master.m3u8/../../x', '..', 'master.m3u8\0', 'MASTER.M3U8', 'x'.repeat(100)]) {
        assert.equal(await viewer.refusal(name), 'bad-name', name);
      }
      assert.equal(await viewer.refusal('master.m3u8'), 'served');
    } finally {
      viewer.close();
    }
  });

  test('one that asks and leaves, over and over, costs nothing in the end', async () => {
    for (let round = 0; round < 5; round++) {
      const viewer = await TestViewer.connect(world);
      for (let open = 0; open < limits.requests; open++) viewer.ask('v_00001.ts').received.catch(() => undefined);
      await viewer.next('head');
      viewer.close();
    }
    const viewer = await TestViewer.connect(world, { claims: { sub: 'viewer-2' } });

    assert.equal(await viewer.refusal('master.m3u8'), 'served');

    viewer.close();
  });

  test('no log line holds a ticket, a description or a name that a viewer made up', async () => {
    const viewer = await TestViewer.connect(world);
    await viewer.refusal('../made-up-by-viewer');
    viewer.say({ type: 'renew', ticket: 'made-up-by-viewer.b.c' });
    await viewer.next('refused');
    viewer.close();

    assert.doesNotMatch(world.lines.join(''), /made-up-by-viewer|eyJ|a=fingerprint|candidate:/);
    for (const line of world.lines) assert.match(line, /^\{"time":"[^"]+","level":"(debug|info|warn|error)","event":"[a-z-]+".*\}\n$/);
  });
});
