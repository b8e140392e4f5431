import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { bounded, until } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium, type OpenPage } from './support/browser.js';

/** Three seconds of each, 15 pictures a second, a keyframe every second, a segment every two, sound. */
const colours = { red: [255, 0, 0], lime: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] };

const makeStream = async (folder: string, kind: 'mpegts' | 'fmp4'): Promise<void> => {
  const sources = Object.keys(colours).flatMap((colour) => ['-f', 'lavfi', '-i', `color=${colour}:s=160x90:r=15:d=3`]);
  await promisify(execFile)('ffmpeg', [
    '-nostdin', '-v', 'error', ...sources, '-f', 'lavfi', '-i', 'sine=frequency=440:duration=12',
    '-filter_complex', '[0:v][1:v][2:v][3:v]concat=n=4[v]', '-map', '[v]', '-map', '4:a', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p',
    '-g', '15', '-sc_threshold', '0', '-c:a', 'aac', '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', kind,
    '-hls_fmp4_init_filename', 'init.mp4', '-hls_segment_filename', join(folder, `${kind}_%05d.${kind === 'fmp4' ? 'm4s' : 'ts'}`), join(folder, `${kind}.m3u8`),
  ]);
};

const isNear = (seen: readonly number[], wanted: readonly number[]): void =>
  assert.ok(seen.length === 3 && seen.every((value, at) => Math.abs(value - (wanted[at] ?? 0)) < 40), `${seen} is not ${wanted}`);

/** The same video with so much padding (null packets, ISO/IEC 13818-1 2.4.3.3) that a segment takes three seconds. */
const makeHeavy = (folder: string): void => {
  const packet = Buffer.alloc(188, 0xff);
  packet.set([0x47, 0x1f, 0xff, 0x10]);
  const padding = Buffer.concat(Array<Buffer>(16_000).fill(packet));
  for (const name of readdirSync(folder).filter((one) => /^mpegts_\d+\.ts$/.test(one))) {
    writeFileSync(join(folder, name.replace('mpegts', 'heavy')), Buffer.concat([readFileSync(join(folder, name)), padding]));
  }
  writeFileSync(join(folder, 'heavy.m3u8'), readFileSync(join(folder, 'mpegts.m3u8'), 'utf8').replaceAll('mpegts', 'heavy'));
};

suite('in Chromium', () => {
  let chromium: Chromium;
  let world: World;
  let page: OpenPage | undefined;
  const large = randomBytes(2_000_000);

  before(async () => {
    world = await World.create({ uplinkBytesPerSecond: 1_000_000 });
    world.put('large.ts', large);
    await Promise.all([makeStream(world.stream(), 'mpegts'), makeStream(world.stream(), 'fmp4')]);
    makeHeavy(world.stream());
    chromium = await Chromium.start();
  }, bounded);
  afterEach(async () => {
    assert.deepEqual(page?.problems, []);
    await page?.close();
    page = undefined;
  }, bounded);
  after(async () => {
    await chromium.stop();
    await world.stop();
  }, bounded);

  for (const kind of ['mpegts', 'fmp4'] as const) {
    test(`a video in ${kind} plays, is sought in, and ends`, bounded, async () => {
      page = await chromium.open(world);
      await page.ask(kind === 'mpegts' ? (of) => of.play('mpegts.m3u8') : (of) => of.play('fmp4.m3u8'));

      await page.ask((of) => of.seek(7.5));
      isNear(await page.ask((of) => of.colour()), colours.blue);
      await page.ask((of) => of.seek(1.5));
      isNear(await page.ask((of) => of.colour()), colours.red);
      await page.ask((of) => of.playOut(4));

      const { time, duration, ended, frames } = await page.ask((of) => of.facts());
      isNear(await page.ask((of) => of.colour()), colours.white);
      assert.ok(ended && Math.abs(duration - 12) < 0.3 && Math.abs(time - duration) < 0.1, `${time} of ${duration}`);
      assert.ok(frames > 20, `${frames} pictures`);
      assert.deepEqual((await page.ask((of) => of.errors())).filter((error) => error.includes('fatal')), []);
    });
  }

  test('a seek gives up what is not needed any more, at the node too', bounded, async () => {
    page = await chromium.open(world);
    const cancelled = (): number => world.metrics.value('eventtorrent_peer_requests_total', 'cancelled');
    await page.ask((of) => of.play('heavy.m3u8'));
    const before = cancelled();

    await page.ask((of) => of.seek(11));

    await until('the node knows', () => cancelled() > before);
    isNear(await page.ask((of) => of.colour()), colours.white);
  });

  test('a browser that tells nothing but names of mDNS connects directly', bounded, async () => {
    page = await chromium.open(world);
    await page.ask((of) => of.get('mpegts.m3u8'));

    const hosts = page.candidates.map((candidate) => candidate.split(' ')[4] ?? '');
    assert.ok(hosts.length > 0 && hosts.every((host) => host.endsWith('.local')), `${hosts}`);
    assert.equal((await page.ask((of) => of.path()))?.remote, 'host');
  });

  test('the page knows the path', bounded, async () => {
    page = await chromium.open(world);
    await page.ask((of) => of.get('mpegts.m3u8'));

    const path = await page.ask((of) => of.path());

    assert.equal(path?.protocol, 'udp');
    assert.match(path?.local ?? '', /^(host|prflx)$/);
  });

  test('a transfer whose connection is lost goes on at its byte over the next', bounded, async () => {
    page = await chromium.open(world);
    const sent = (): number => world.metrics.value('eventtorrent_peer_sent_bytes_total');
    const before = sent();
    const got = page.ask((of) => of.get('large.ts'));
    await until('a third is under way', () => sent() - before > 700_000);
    const [first = ''] = page.sessions;

    world.signaling.say({ type: 'bye', session: first });

    assert.equal(await got, sha256(large));
    const again = page.sessions.length - 1;
    assert.ok(again > 0);
    // What was under way when the connection broke is sent twice, and nothing else.
    assert.ok(sent() - before < large.byteLength + again * 900_000, `${sent() - before} bytes for ${large.byteLength}`);
    const states = (await page.ask((of) => of.states())).map(({ state }) => state);
    assert.deepEqual(states.slice(0, 4), ['connecting', 'connected', 'connecting', 'connected']);
  });

  test('a transfer that is not wanted any more is cancelled at the node', bounded, async () => {
    const opened = (page = await chromium.open(world));
    const cancelled = (): number => world.metrics.value('eventtorrent_peer_requests_total', 'cancelled');
    const before = cancelled();
    const got = page.ask((of) => of.get('large.ts'));
    await until('it is under way', async () => (await opened.ask((of) => of.received())) > 0);

    await page.ask((of) => of.cancel());

    assert.equal(await got, 'cancelled');
    await until('the node knows', () => cancelled() > before);
    assert.notEqual(await page.ask((of) => of.get('mpegts.m3u8')), 'cancelled');
  });

  test('what is not there, or has no name, fails by name', bounded, async () => {
    page = await chromium.open(world);

    assert.equal(await page.ask((of) => of.get('other.ts')), 'not-found');
    assert.equal(await page.ask((of) => of.get('../secret')), 'bad-name');
  });

  test('a page without a good ticket is told why, and connects when it has one', bounded, async () => {
    let ahead = -1000;
    page = await chromium.open(world, {
      claims: () => {
        const exp = Math.floor(world.clock.unix() / 1000) + ahead;
        return { iat: exp - 100, exp };
      },
    });
    const opened = page;
    const states = async (): Promise<string> => JSON.stringify(await opened.ask((of) => of.states()));
    await until('the page knows', async () => (await states()).includes('ticket-expired'));

    ahead = 100;

    assert.equal(await page.ask((of) => of.get('large.ts')), sha256(large));
  });

  test('two pages of two viewers each get theirs', bounded, async () => {
    page = await chromium.open(world, { claims: () => ({ sub: 'one' }) });
    const other = await chromium.open(world, { claims: () => ({ sub: 'two' }) });

    const both = await Promise.all([page, other].map((each) => each.ask((of) => of.get('large.ts'))));

    assert.deepEqual(both, [sha256(large), sha256(large)]);
    await other.close();
  });
});
