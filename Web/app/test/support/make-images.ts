/*
 * Makes the pictures of the page for docs/images: each view in light, in dark, in Chinese and on a narrow screen. The door is scripted, so
 * that they are the same whoever makes them; needs Chromium and ffmpeg.
 *
 *   ./test.sh Web && node Web/app/dist/test/support/make-images.js [FOLDER [VIEW...]]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { task } from '@eventtorrent/peer/test/tickets.js';
import type { BrowserContextOptions } from 'playwright-core';
import { openTab, startBrowser } from './browser.js';
import { NodeProcess } from './node-process.js';
import { goToPicture } from './picture.js';
import { detailOf, Site, taskOf } from './site.js';

const tabMs = 60_000;
const watchedAt = 222;
const [folder = fileURLToPath(new URL('../../../../../docs/images/', import.meta.url)), ...wanted] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'eventtorrent-images-'));
const ffmpeg = (...options: readonly string[]): void => void execFileSync('ffmpeg', ['-v', 'error', '-y', ...options], { timeout: 60_000 });

/** Pictures of nobody's making: parts of the Mandelbrot set and gradients. */
const pictures = Array.from({ length: 10 }, (_, at) => {
  const path = join(scratch, `${at}.jpg`);
  const source = at % 2 === 0
    ? `mandelbrot=size=640x360:start_scale=${0.4 / 2 ** at}:start_x=-0.743643887:start_y=0.131825904:maxiter=400`
    : `gradients=size=640x360:seed=${at * 7}:nb_colors=4:type=${at % 4 === 1 ? 'radial' : 'linear'}`;
  ffmpeg('-f', 'lavfi', '-i', source, '-vf', 'hue=s=0.45,eq=brightness=-0.06', '-frames:v', '1', '-q:v', '4', path);
  return readFileSync(path);
});

const now = Date.UTC(2026, 10, 26, 9, 30);
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();
const hashOf = (at: number): string => (BigInt(at + 7) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bn).toString(16).padStart(40, '0').slice(-40);

const names = [
  'Sintel (2010) 2160p', 'Big Buck Bunny 60 fps', 'Tears of Steel 4K', null, 'Cosmos Laundromat, first cycle', '春节联欢 1080p', 'Elephants Dream', 'Caminandes: Llamigos', 'Spring (2019)',
  'Agent 327: Operation Barbershop', 'Sprite Fright', 'Coffee Run', 'Charge', 'Wing It!', 'Hero', 'The Daily Dweebs', 'Glass Half', 'Monkaa', 'Valkaama', 'Night birds of the harbour, season 2',
];
const states = ['Downloading', 'Screenshotting', 'Transcoding', 'Fetching', 'Playable', 'Completed', 'Completed', 'Playable', 'Pending', 'Failed', 'Paused'] as const;
const failure = { kind: 'NoPeers', message: 'None of 12 addresses answered within 60 s.', retry_at: null };

const tasks = names.map((name, at) => {
  const state = states[at % states.length] ?? 'Completed';
  const isBusy = at % states.length < 4;
  const isKnown = state !== 'Fetching' && state !== 'Pending';
  const size = isKnown ? Math.round(4e8 * (1 + ((at * 37) % 23))) : null;
  const stored = state === 'Screenshotting' ? 6 : isKnown && state !== 'Failed' ? 10 : 0;
  return taskOf({
    infohash: hashOf(at), name, state, size_bytes: size, created_at: ago(at * at * 7 + 3), version: 1,
    status: isBusy ? 'working' : state === 'Failed' ? 'permanent_failure' : state === 'Completed' || state === 'Playable' ? 'success' : 'pending',
    progress: state === 'Fetching' || state === 'Pending' ? null : isBusy ? 0.31 + (at % 5) * 0.13 : state === 'Paused' ? 0.4 : state === 'Failed' ? null : 1,
    shots_stored: stored, shots_wanted: isKnown ? 10 : null, bytes_fetched: isKnown ? 2_400_000 * (at + 1) : 0,
    down_bytes_per_second: isBusy && state !== 'Transcoding' ? 3_100_000 + at * 410_000 : 0, up_bytes_per_second: state === 'Downloading' ? 220_000 : 0,
    peers: isBusy ? 14 + at : 0, seeds: isBusy ? 9 : 0, remaining_s: state === 'Downloading' || state === 'Transcoding' ? 372 + at * 40 : null, failure: state === 'Failed' ? failure : null,
  });
});

const site = new Site();
await site.start();
const say = (route: string, body: unknown): void => void site.answers.set(route, () => ({ body }));
say('GET /tasks/', { tasks, next_cursor: null });
say('GET /stats', {
  tasks: { Pending: 1840, Fetching: 12, Screenshotting: 31, Downloading: 4, Transcoding: 3, Playable: 212, Completed: 7816, Failed: 97, Paused: 2 },
  work_items: [{ step: 'Screenshots', state: 'Waiting', count: 1840 }, { step: 'Screenshots', state: 'Running', count: 43 }, { step: 'Download', state: 'Running', count: 4 }, { step: 'Transcode', state: 'Running', count: 3 }],
  broker: {
    transport: 'RabbitMq', reachable: true,
    queues: [
      { name: 'saga.torrent', ready: 3, consumers: 2, errors: 0, skipped: 0 }, { name: 'work.screenshot', ready: 128, consumers: 8, errors: 0, skipped: 0 },
      { name: 'work.download.films', ready: 2, consumers: 1, errors: 0, skipped: 0 }, { name: 'work.transcode.films', ready: 5, consumers: 2, errors: 0, skipped: 0 },
    ],
  },
});
tasks.forEach(({ infohash }, at) => say(`GET /tasks/${String(infohash)}/thumbnail.jpg`, pictures[at % pictures.length]));
const shown = hashOf(0);
say(`GET /tasks/${shown}`, detailOf({
  ...tasks[0], want: 'screenshots,stream', bytes_needed: 2_130_000, time_to_first_shot_ms: 2140, started_at: ago(2.9), ended_at: null, bytes_fetched: 141_000_000,
  download: { state: 'running', volume: 'films', done_bytes: 124_000_000, total_bytes: 400_000_000, bytes_fetched: 139_000_000, wasted_bytes: 98_304 },
  files: [
    { index: 0, path: 'Sintel (2010) 2160p/Sintel.2010.2160p.mkv', size_bytes: 391_000_000, selected: true, container: 'matroska', codec: 'h264', duration_s: 888, state: 'done', progress: 1 },
    { index: 1, path: 'Sintel (2010) 2160p/Sintel.en.srt', size_bytes: 48_000, selected: true, container: null, codec: null, duration_s: null, state: null, progress: null },
    { index: 2, path: 'Sintel (2010) 2160p/poster.png', size_bytes: 8_950_000, selected: false, container: null, codec: null, duration_s: null, state: null, progress: null },
  ],
}));
say(`GET /tasks/${shown}/screenshots`, pictures.map((_, index) => ({
  file: 0, index, keyframe_time_s: 44 + index * 83, width: 3840, height: 1636, verified: true, url: `/tasks/${shown}/screenshots/0/${index}.jpg`,
})));
pictures.forEach((picture, index) => say(`GET /tasks/${shown}/screenshots/0/${index}.jpg`, picture));
say(`GET /tasks/${shown}/timeline`, [
  { at: ago(3), from_state: null, to_state: 'Pending', cause: 'Submitted', worker: null },
  { at: ago(2.9), from_state: 'Pending', to_state: 'Fetching', cause: 'A worker has begun', worker: 'screenshot-attic-4411' },
  { at: ago(2.86), from_state: 'Fetching', to_state: 'Screenshotting', cause: 'The metadata is here: 3 files', worker: 'screenshot-attic-4411' },
  { at: ago(2.7), from_state: 'Screenshotting', to_state: 'Downloading', cause: '10 of 10 pictures are stored', worker: 'download-attic-4502' },
]);
const worker = (name: string, kind: string, volume: string | null, slots: number, busy: number, state = 'alive') => ({
  name, host: name.includes('attic') ? 'attic' : 'cellar', kind, volume, slots, busy, free_bytes: volume === null ? null : 412_316_860_416, version: '0.9.0',
  started_at: ago(600), seen_at: new Date(Date.now() - (state === 'silent' ? 48_000 : 3000)).toISOString(), state, drain_asked: state === 'drained',
});
// When each was heard of is a matter of the moment.
site.answers.set('GET /workers/', () => ({ body: [
  worker('screenshot-attic-4411', 'Screenshots', null, 8, 7), worker('screenshot-cellar-112', 'Screenshots', null, 8, 8), worker('download-attic-4502', 'Download', 'films', 4, 4),
  worker('transcode-attic-4510', 'Transcode', 'films', 2, 2), worker('transcode-cellar-120', 'Transcode', 'films', 2, 0, 'silent'),
] }));
say('GET /health/live', { status: 'healthy', checks: { process: { status: 'healthy', description: 'runs' }, endpoints: { status: 'healthy', description: null } } });
say('GET /health/ready', { status: 'healthy', checks: { database: { status: 'healthy', description: null }, 'masstransit-bus': { status: 'healthy', description: null } } });
say('GET /keys', [
  { id: '1', name: 'Index bot', role: 'submitter', createdAt: ago(90_000), lastUsedAt: ago(2), revokedAt: null },
  { id: '2', name: 'Living room', role: 'viewer', createdAt: ago(80_000), lastUsedAt: null, revokedAt: null },
]);

/** What is watched: one of the pictures for ten minutes, from a node as a process. */
async function startNode(): Promise<NodeProcess> {
  const node = new NodeProcess(site.signaling, site.mint);
  const at = (name: string): string => join(node.stream, name);
  ffmpeg(
    '-loop', '1', '-framerate', '1', '-i', join(scratch, '4.jpg'), '-t', '600', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '4', '-output_ts_offset', '10',
    '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_filename', at('video_%05d.ts'), at('video.m3u8'),
  );
  writeFileSync(at('master.m3u8'), ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.42c01e",RESOLUTION=640x360,FRAME-RATE=1.000', 'video.m3u8', ''].join('\n'));
  await node.start();
  return node;
}
say(`GET /tasks/${task}`, detailOf({ name: 'Cosmos Laundromat, first cycle' }));
const giveTicket = site.answers.get(`POST /tasks/${task}/ticket`);
site.answers.set(`POST /tasks/${task}/ticket`, (request, body) => {
  const answer = giveTicket?.(request, body);
  return { ...answer, body: { ...(answer?.body as object), streams: [0, 1].map((file) => ({
    file, path: `Cosmos Laundromat/${['First cycle', 'The making of'][file]}.mkv`, directory: `${file}.hls`, playlist: 'master.m3u8', duration_s: 600,
  })) } };
});

const views: Readonly<Record<string, { readonly place: string; readonly waits: string }>> = {
  list: { place: '', waits: '.row' }, gallery: { place: '#/?view=gallery', waits: '.tile' }, task: { place: `#/task/${shown}`, waits: '.pictures img' },
  watch: { place: `#/watch/${task}`, waits: '.player .time' }, workers: { place: '#/workers', waits: 'tbody tr' }, system: { place: '#/system', waits: '.key-form' },
};
const looks: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, chinese: { colorScheme: 'light', locale: 'zh-CN' }, narrow: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
};

const node = await startNode();
const browser = await startBrowser();
try {
  mkdirSync(folder, { recursive: true });
  for (const [look, options] of Object.entries(looks)) {
    const { tab, problems } = await openTab(browser, { viewport: { width: 1280, height: 800 }, timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
    tab.setDefaultTimeout(tabMs);
    await tab.goto(site.url, { timeout: tabMs });
    for (const [view, { place, waits }] of Object.entries(views)) {
      if (wanted.length > 0 && !wanted.includes(view)) continue;
      await tab.evaluate((to) => void (location.hash = to), place === '' ? '#/' : place);
      await tab.locator(waits).first().waitFor();
      await tab.waitForFunction(() => Array.from(document.images).filter((image) => image.loading !== 'lazy').every((image) => image.complete), undefined, { timeout: tabMs });
      if (view === 'watch') await tab.evaluate(goToPicture, watchedAt);
      const taken = join(scratch, `${view}.png`);
      await tab.screenshot({ path: taken, timeout: tabMs });
      ffmpeg('-i', taken, '-c:v', 'libwebp', '-quality', '80', join(folder, `${view}-${look}.webp`));
    }
    await tab.context().close();
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }
} finally {
  await browser.close();
  await node.remove();
  await site.stop();
  rmSync(scratch, { recursive: true });
}
