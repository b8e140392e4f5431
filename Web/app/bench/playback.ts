/* How soon one sees something: the page, a node as a process, and Chromium, on loopback. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, Report, spread } from '@eventtorrent/viewer/bench/report.js';
import { compareThroughput } from '@eventtorrent/viewer/bench/throughput.js';
import type { Page } from 'playwright-core';
import { openTab, startBrowser } from '../test/support/browser.js';
import { clickToPicture } from '../test/support/first-picture.js';
import { NodeProcess } from '../test/support/node-process.js';
import { Site } from '../test/support/site.js';

const rounds = 11;
const seconds = 120;
const targets = { first: 1.2, seek: 0.6 };

/** 720p of 3 Mbit/s with sound, segments of 4 s. */
async function makeVideo(folder: string): Promise<void> {
  const hls = (name: string): readonly string[] =>
    ['-output_ts_offset', '10', '-muxdelay', '0', '-muxpreload', '0', '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_filename', `${name}_%05d.ts`, `${name}.m3u8`];
  await promisify(execFile)('ffmpeg', [
    '-nostdin', '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=1280x720:r=24:d=${seconds}`, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`,
    '-map', '0:v', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '48', '-sc_threshold', '0', '-b:v', '3M', '-minrate', '3M', '-maxrate', '3M', '-bufsize', '6M',
    ...hls('video'), '-map', '1:a', '-c:a', 'aac', '-b:a', '128k', ...hls('audio'),
  ], { cwd: folder });
  writeFileSync(join(folder, 'master.m3u8'), [
    '#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="audio.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=3300000,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=24.000,AUDIO="audio"', 'video.m3u8', '',
  ].join('\n'));
}

/** From the wish to a picture of there, in seconds. What was played before is let go of, so that it comes over the channel. */
const seek = async (tab: Page, to: number): Promise<number> =>
  (await tab.evaluate(async (time) => {
    const video = document.querySelector('video');
    if (video === null) throw new Error('no video');
    const from = performance.now();
    const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
    video.currentTime = time;
    await seeked;
    return new Promise<number>((resolve) => video.requestVideoFrameCallback((now) => resolve(now - from)));
  }, to)) / 1000;

const report = Report.create('playback');
const site = new Site();
await site.start();
const node = new NodeProcess(site.signaling, site.mint);
await makeVideo(node.stream);
await node.start();
const browser = await startBrowser();
try {
  const { tab } = await openTab(browser);
  await tab.goto(site.url);
  const [first, sought]: [number[], number[]] = [[], []];
  let cold = 0;
  for (let round = 0; round < rounds; round++) {
    const took = await clickToPicture(tab.getByRole('link', { name: /^Watch/ }));
    if (round === 0) cold = took;
    else first.push(took);
    // A minute off, where nothing is buffered.
    if (round > 0) sought.push(await seek(tab, 70 + round * 4));
    await tab.evaluate(() => localStorage.removeItem('eventtorrent.positions'));
    await tab.goto(`${site.url}#/`);
    await tab.evaluate(() => localStorage.removeItem('eventtorrent.positions'));
  }
  report.line(`720p of 3 Mbit/s, ${rounds - 1} times, seconds; the first one of all ${cold.toFixed(2)}`);
  report.table([
    ['', 'median (least-most)', 'at most', ''],
    ['click to picture', spread(first, 2), targets.first, median(first) <= targets.first ? 'kept' : 'missed'],
    ['seek to picture', spread(sought, 2), targets.seek, median(sought) <= targets.seek ? 'kept' : 'missed'],
  ]);
  report.figure('from the click to a picture, s', median(first), 2, { atMost: targets.first });
  report.figure('from a seek to a picture, s', median(sought), 2, { atMost: targets.seek });
} finally {
  await browser.close();
  await node.remove();
  await site.stop();
}
await compareThroughput(report);
