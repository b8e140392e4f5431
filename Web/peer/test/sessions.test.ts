import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, suite, test } from 'node:test';
import { limits, type CloseReason, type TicketClaims } from '@eventtorrent/protocol';
import { Refused, TestViewer, type ViewerOptions } from './support/test-viewer.js';
import { claimsOf, Mint } from './support/tickets.js';
import { until, within } from './support/waiting.js';
import { World, type WorldOptions } from './support/world.js';

suite('sessions', () => {
  let world: World | undefined;
  const viewers: TestViewer[] = [];

  const create = async (options: WorldOptions = {}): Promise<World> => {
    world = await World.create(options);
    world.put('master.m3u8', '#EXTM3U');
    return world;
  };
  const connect = async (to: World, options: ViewerOptions = {}): Promise<TestViewer> => {
    const viewer = await TestViewer.connect(to, options);
    viewers.push(viewer);
    return viewer;
  };
  const refusal = (to: World, options: ViewerOptions): Promise<string> =>
    connect(to, options).then(
      () => 'connected',
      (thrown: unknown) => (thrown instanceof Refused ? thrown.code : String(thrown)),
    );

  const isClosed = async (by: World, viewer: TestViewer, reason: CloseReason): Promise<void> => {
    await within('the channel closes', viewer.closed);
    assert.equal(by.metrics.value('eventtorrent_peer_closed_total', reason), 1);
    assert.ok(by.metrics.value('eventtorrent_peer_channels_total', 'direct') >= 1);
    for (const message of viewer.messages) if (message.type === 'closing') assert.equal(message.code, reason);
  };

  afterEach(async () => {
    for (const viewer of viewers.splice(0)) viewer.close();
    await world?.stop();
    world = undefined;
  });

  test('an offer needs a ticket for this volume and this certificate', async () => {
    const to = await create();
    const expired = Math.floor(to.clock.unix() / 1000) - 1;

    assert.equal(await refusal(to, { ticket: () => 'a.b.c' }), 'ticket-invalid');
    assert.equal(await refusal(to, { ticket: (claims) => new Mint('k1').sign(claims) }), 'ticket-invalid');
    assert.equal(await refusal(to, { claims: { iat: expired - 500, exp: expired } }), 'ticket-expired');
    assert.equal(await refusal(to, { claims: { volume: 'other' } }), 'ticket-foreign');
    assert.equal(await refusal(to, { claims: { dtls: 'ab'.repeat(32) } }), 'ticket-foreign');
    assert.equal(to.node.sessions, 0);
    assert.equal(await refusal(to, {}), 'connected');
  });

  test('an offer that is no offer is refused, and nothing is left of it', async () => {
    const to = await create();
    const dtls = 'ab'.repeat(32);
    const line = `a=fingerprint:sha-256 ${dtls.replace(/(..)(?=.)/g, '$1:')}\r\n`;
    const said: string[] = [];

    for (const [at, sdp] of [line, `v=0\r\n${line}`, `${randomBytes(2000).toString('latin1')}\r\n${line}`, `v=0\r\nm=application 9 x 1\r\n${line}`].entries()) {
      const session = `nonsense-${at}`;
      to.signaling.listen(session, (signal) => void (signal.type === 'error' && said.push(signal.code)));
      to.signaling.say({ type: 'offer', session, sdp, ticket: to.mint.sign(claimsOf(to.clock.unix(), { dtls })), iceServers: [] });
      to.signaling.say({ type: 'candidate', session, candidate: randomBytes(100).toString('latin1'), mid: '0' });
      to.signaling.say({ type: 'bye', session });
    }

    assert.ok(said.every((code) => code === 'bad-offer'));
    await until('nothing is left', () => to.node.sessions === 0);
    assert.equal(await refusal(to, {}), 'connected');
  });

  test('a request under a ticket that is over is refused until the ticket is renewed', async () => {
    const to = await create();
    const viewer = await connect(to);
    to.clock.unixAheadMs = 601_000;
    assert.equal(await viewer.refusal('master.m3u8'), 'ticket-expired');

    const renewed = viewer.next('renewed');
    const fresh = claimsOf(to.clock.unix(), { dtls: viewer.claims.dtls });
    viewer.say({ type: 'renew', ticket: to.mint.sign(fresh) });

    assert.equal((await renewed).expires, fresh.exp);
    assert.equal(await viewer.refusal('master.m3u8'), 'served');
  });

  test('a ticket for something else renews nothing', async () => {
    const to = await create();
    const viewer = await connect(to);
    const others: Partial<TicketClaims>[] = [{ task: 'b2'.repeat(20) }, { sub: 'viewer-2' }, { dtls: 'cd'.repeat(32) }, { volume: 'other' }];

    for (const more of others) {
      const refused = viewer.next('refused');
      viewer.say({ type: 'renew', ticket: to.mint.sign({ ...viewer.claims, ...more }) });
      assert.equal((await refused).code, 'ticket-foreign');
    }
    assert.equal(await viewer.refusal('master.m3u8'), 'served');
  });

  test('when a key is taken away, the next request under its tickets is refused', async () => {
    const to = await create();
    const viewer = await connect(to);
    assert.equal(await viewer.refusal('master.m3u8'), 'served');

    await to.useKeys(new Mint('k2'));

    assert.equal(await viewer.refusal('master.m3u8'), 'ticket-expired');
  });

  test('a session whose ticket is long over ends', async () => {
    const to = await create();
    const viewer = await connect(to, { claims: { exp: Math.floor(to.clock.unix() / 1000) + 60 } });
    assert.equal(await viewer.refusal('master.m3u8'), 'served');

    to.clock.unixAheadMs = 92_000;

    await isClosed(to, viewer, 'ticket-expired');
    await until('the session is gone', () => to.node.sessions === 0);
  });

  test('a viewer that is not heard of for 15 s is given up', async () => {
    const to = await create();
    const viewer = await connect(to, { silent: true });
    assert.equal(await viewer.refusal('master.m3u8'), 'served');

    to.clock.monotonicAheadMs = limits.nodeSilenceMs + 1000;

    await isClosed(to, viewer, 'idle');
  });

  test('the fifth connection of a viewer takes the place of the one that was silent longest', async () => {
    const to = await create();
    const all: TestViewer[] = [];
    for (let one = 0; one < limits.connections; one++) all.push(await connect(to, { silent: true }));
    for (const viewer of [all[0], all[2], all[3]]) assert.equal(await viewer?.refusal('master.m3u8'), 'served');

    const fifth = await connect(to);

    await within('the silent one is closed', all[1]?.closed ?? Promise.reject(new Error('no viewer')));
    for (const viewer of [all[0], all[2], all[3], fifth]) assert.equal(await viewer?.refusal('master.m3u8'), 'served');
    assert.equal(to.node.sessions, limits.connections);
  });

  test('a node with as many sessions as it takes is busy', async () => {
    const to = await create({ maxSessions: 1 });
    const first = await connect(to);
    assert.equal(await refusal(to, { claims: { sub: 'viewer-2' } }), 'node-busy');

    first.close();
    await until('the session is gone', () => to.node.sessions === 0);

    assert.equal(await refusal(to, { claims: { sub: 'viewer-2' } }), 'connected');
  });

  test('a channel of another kind is refused', async () => {
    const to = await create();
    const viewer = await connect(to, { label: 'chat' });

    await within('the connection ends', viewer.closed);
    assert.equal(to.node.sessions, 0);
  });

  test('a node that stops closes what is open, and ends', async () => {
    const to = await create();
    const viewer = await connect(to);
    assert.equal(await viewer.refusal('master.m3u8'), 'served');
    world = undefined;

    await within('the node stops', to.stop());

    assert.equal(to.node.sessions, 0);
    assert.equal(to.metrics.value('eventtorrent_peer_closed_total', 'stopping'), 1);
  });

  test('requests take turns: a small file does not wait for a large one', async () => {
    const to = await create({ uplinkBytesPerSecond: 500_000 });
    to.put('large.ts', randomBytes(1_500_000));
    to.put('small.vtt', randomBytes(70_000));
    const viewer = await connect(to);
    const large = viewer.ask('large.ts');
    large.received.catch(() => undefined);
    await until('the large one is under way', () => viewer.frames.length > 0);

    await viewer.get('small.vtt');

    const before = viewer.frames.filter(({ id }) => id === large.id).length;
    assert.ok(before < 15, `${before} of 23 frames of the large file came before the two of the small one`);
  });

  test('eight viewers get about the same, however many requests and connections each has', async () => {
    const to = await create({ uplinkBytesPerSecond: 2_000_000 });
    to.put('v_00001.ts', randomBytes(2_000_000));
    const subs = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'h', 'h', 'h'];
    const asking = await Promise.all(subs.map((sub) => connect(to, { claims: { sub } })));

    for (const [at, viewer] of asking.entries()) {
      for (let request = 0; request < [1, 2, 4, 8][at % 4]!; request++) viewer.ask('v_00001.ts').received.catch(() => undefined);
    }
    const got = (): number[] => {
      const shares = new Map<string, number>();
      for (const [at, { frames }] of asking.entries()) {
        shares.set(subs[at] ?? '', (shares.get(subs[at] ?? '') ?? 0) + frames.reduce((sum, { bytes }) => sum + bytes, 0));
      }
      return [...shares.values()];
    };
    await until('six megabytes are there', () => got().reduce((sum, bytes) => sum + bytes, 0) > 6_000_000);

    const shares = got();
    assert.equal(shares.length, 8);
    assert.ok(Math.min(...shares) / Math.max(...shares) >= 0.7, `${shares}`);
  });

  test('a viewer keeps to its limit, and the whole to its own', async () => {
    const to = await create({ uplinkBytesPerSecond: 400_000, viewerBytesPerSecond: 250_000 });
    to.put('v_00001.ts', randomBytes(2_000_000));
    const [one, two] = [await connect(to, { claims: { sub: 'one' } }), await connect(to, { claims: { sub: 'two' } })];
    const sent = (): number => to.metrics.value('eventtorrent_peer_sent_bytes_total');
    const send = async (...viewers: TestViewer[]): Promise<number> => {
      const [from, before] = [performance.now(), sent()];
      const asked = viewers.map((viewer) => viewer.ask('v_00001.ts'));
      await until('half a megabyte is out', () => sent() - before > 500_000);
      const bytesPerSecond = ((sent() - before) * 1000) / (performance.now() - from);
      for (const [at, { id, received }] of asked.entries()) {
        received.catch(() => undefined);
        viewers[at]?.say({ type: 'cancel', id });
      }
      return bytesPerSecond;
    };

    // Beside the rate there is the burst, of one frame, and the frame that goes below zero, of each bucket.
    const [alone, both] = [await send(one), await send(one, two)];

    assert.ok(alone < 250_000 * 1.5, `${alone}`);
    assert.ok(both < 400_000 * 1.5, `${both}`);
  });

  test('only the ports that it may use are used', async () => {
    const first = 20_000 + (process.pid % 500) * 20;
    const to = await create({ udpPorts: { first, last: first + 4 } });
    const ports: number[] = [];
    const viewer = await connect(to, {
      onSignal: (signal) => {
        if (signal.type === 'candidate') ports.push(Number(signal.candidate.split(' ')[5]));
      },
    });

    assert.equal(await viewer.refusal('master.m3u8'), 'served');
    assert.ok(ports.length > 0 && ports.every((port) => port >= first && port <= first + 4), `${ports}`);
  });
});
