/* Minutes of playing with seeks: what stays in memory. Started by ./bench.sh playback-long --minutes N. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { World } from '@eventtorrent/peer/test/world.js';
import { Chromium } from '../test/support/browser.js';
import { Report } from './report.js';
import { mib } from './sharing.js';
import { makeVideo, megabits } from './video.js';

const seekEveryMs = 10_000;
const videoSeconds = 600;
const samples = 12;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } });
const minutes = Number(values.minutes);
if (!(minutes >= 1 && minutes <= 1440)) {
  console.error('error: --minutes: is a number from 1 to 1440');
  process.exit(2);
}

const ofStatus = (pid: string, name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

const descends = (pid: string): boolean => {
  for (let at = pid; Number(at) > 1; at = String(ofStatus(at, 'PPid'))) if (at === String(process.pid)) return true;
  return false;
};

/** The resident memory of the browser's processes that render pages. */
const renderers = (): number => {
  let bytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer') && descends(pid)) bytes += ofStatus(pid, 'VmRSS') * 1024;
    } catch {
      // It has ended.
    }
  }
  return bytes;
};

const report = Report.create('playback-long');
const world = await World.create();
await makeVideo(world.stream(), 'video', videoSeconds);
const chromium = await Chromium.start(['--js-flags=--expose-gc']);
const page = await chromium.open(world);
await page.ask((of) => of.play('video.m3u8', 20));
report.line(`${minutes} minutes of ${megabits} Mbit/s with a seek every ${seekEveryMs / 1000} s`);
report.line('Node and bench are one process; the heap of the page is measured after a collection.');
const rows: (string | number)[][] = [['minute', 'node MiB', 'page MiB', 'page heap MiB', 'seeks', 'played s']];
const sample = async (minute: number, seeks: number): Promise<void> => {
  globalThis.gc?.();
  const heap = await page.ask((of) => of.heapBytes());
  rows.push([minute.toFixed(1), mib(process.memoryUsage.rss()), mib(renderers()), mib(heap), seeks, (await page.ask((of) => of.stalls())).time.toFixed(1)]);
  console.error(rows.at(-1)?.join('  '));
};
const from = performance.now();
const passed = (): number => (performance.now() - from) / 60_000;
let seeks = 0;
let next = Math.min(1, minutes / samples);
await sample(0, 0);
while (passed() < minutes) {
  await new Promise((resolve) => setTimeout(resolve, seekEveryMs));
  await page.tab.evaluate((seconds) => (window as unknown as { page: { seek(seconds: number): Promise<void> } }).page.seek(seconds), (seeks * 137) % (videoSeconds - 30));
  await page.ask((of) => of.resume());
  seeks++;
  if (passed() >= next) {
    await sample(passed(), seeks);
    next += minutes / samples;
  }
}
report.table(rows);
await chromium.stop();
await world.stop();
process.exit(0);
