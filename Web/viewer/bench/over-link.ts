import { randomBytes } from 'node:crypto';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium, type OpenPage } from '../test/support/browser.js';
import { link } from '../test/support/link.js';
import { median, spread, type Report } from './report.js';
import { makeVideo, megabits } from './video.js';

const megabytes = 6;
const rounds = 3;
const playedSeconds = 60;

/** One connection against four, then a video, cancellation and a dead way, all in Chromium at the other end of the link. */
export async function overLink(report: Report): Promise<void> {
  const world = await World.create({ address: link.near });
  const chromium = await Chromium.start();
  try {
    world.put('large.ts', randomBytes(megabytes * 1e6));
    await makeVideo(world.stream(), 'video', playedSeconds);
    await striping(report, world, chromium);
    await playing(report, world, chromium);
    await cancelling(report, world, chromium);
    await dying(report, world, chromium);
  } finally {
    await chromium.stop();
    await world.stop();
  }
}

const bytesPerSecond = async (whole: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await whole();
  return (megabytes * 1e6 * 1000) / (performance.now() - from);
};
const connections = async (page: OpenPage): Promise<number> => (await page.ask((of) => of.connections())) ?? 0;

async function striping(report: Report, world: World, chromium: Chromium): Promise<void> {
  const alone = await chromium.open(world, { claims: () => ({ sub: 'alone' }) });
  const striped = await chromium.open(world, { claims: () => ({ sub: 'striped' }) });
  // As if it played in a tenth of a second, which no link like this one is fast enough for: so there will be four connections.
  while ((await connections(striped)) < 4) await striped.ask((of) => of.get('large.ts', 0.1));
  const [one, four]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    one.push((await bytesPerSecond(() => alone.ask((of) => of.get('large.ts')))) / 1e6);
    four.push((await bytesPerSecond(() => striped.ask((of) => of.get('large.ts', 0.1)))) / 1e6);
  }
  report.line(`${megabytes} MB, ${rounds} times in turn, MB/s`);
  report.table([
    ['connections', 'median (least-most)', 'ratio'],
    [await connections(alone), spread(one, 2), 1],
    [await connections(striped), spread(four, 2), (median(four) / median(one)).toFixed(2)],
  ]);
  report.figure('a bad link, MB/s of four connections, to those of one', median(four) / median(one), 2);
  await alone.close();
  await striped.close();
}

async function playing(report: Report, world: World, chromium: Chromium): Promise<void> {
  const page = await chromium.open(world);
  const firstMs = await page.ask((of) => of.play('video.m3u8', 20));
  const most = { connections: 1 };
  await until('the video is over', async () => {
    most.connections = Math.max(most.connections, await connections(page));
    return (await page.ask((of) => of.facts())).time > playedSeconds - 1;
  }, playedSeconds * 4000);
  const { count, ms } = await page.ask((of) => of.stalls());
  const rates = await page.ask((of) => of.rates());
  report.line(`${playedSeconds} s of ${megabits} Mbit/s in hls.js: first picture after ${Math.round(firstMs)} ms, ${count} stalls of ${Math.round(ms)} ms together,`);
  report.line(`up to ${most.connections} connections, ${((rates?.throughput ?? 0) / 1e6).toFixed(2)} MB/s while something is under way, ${((rates?.needed ?? 0) / 1e6).toFixed(2)} needed`);
  report.figure('a bad link, stalls in a minute of 3 Mbit/s', count, 0, { atMost: 0 });
  report.line();
  await page.close();
}

async function cancelling(report: Report, world: World, chromium: Chromium): Promise<void> {
  const page = await chromium.open(world);
  const value = (outcome: string): number => world.metrics.value('eventtorrent_peer_requests_total', outcome);
  const [known, more]: [number[], number[]] = [[], []];
  for (let round = 0; round < 10; round++) {
    const got = page.ask((of) => of.get('large.ts'));
    await until('it is under way', async () => (await page.ask((of) => of.received())) > 100_000);
    const before = value('cancelled');
    const from = performance.now();
    void page.ask((of) => of.cancel());
    await until('the node knows', () => value('cancelled') > before);
    known.push(performance.now() - from);
    const sent = world.metrics.value('eventtorrent_peer_sent_bytes_total');
    await got;
    more.push((world.metrics.value('eventtorrent_peer_sent_bytes_total') - sent) / 1000);
  }
  report.line(`From a cancellation to the node, ${2 * 15} ms away, ms (with the way of the bench to the page): ${spread(known, 0)}; KB handed over after that: ${spread(more, 0)}`);
  await page.close();
}

async function dying(report: Report, world: World, chromium: Chromium): Promise<void> {
  const page = await chromium.open(world);
  const seconds: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    const got = page.ask((of) => of.get('large.ts'));
    const received = (): Promise<number> => page.ask((of) => of.received());
    await until('it is under way', async () => (await received()) > 500_000);
    const sessions = page.sessions.length;
    link.forgetWays();
    const from = performance.now();
    await until('another session is offered', () => page.sessions.length > sessions);
    seconds[0].push((performance.now() - from) / 1000);
    const kept = await received();
    await until('it goes on', async () => (await received()) > kept);
    seconds[1].push((performance.now() - from) / 1000);
    await got;
  }
  report.line(`From the death of a way to the offer of another, s: ${spread(seconds[0], 1)}; to the next byte: ${spread(seconds[1], 1)}`);
  report.line();
  await page.close();
}
