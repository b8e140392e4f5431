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
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openTab, startBrowser } from './browser.js';
import { NodeProcess } from './node-process.js';
import { goToPicture } from './picture.js';
import { detailOf, Site, taskOf } from './site.js';

const tabMs = 60_000;
const watchedAt = 222;
const [folder = fileURLToPath(new URL('../../../../../docs/images/', import.meta.url)), ...wanted] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'eventtorrent-images-'));
const ffmpeg = (...options: readonly string[]): void => void execFileSync('ffmpeg', ['-v', 'error', '-y', ...options], { timeout: 60_000 });

/** Which the filter would else choose anew each time. */
const colours = ['0x1f4e5f', '0xe0a458', '0x7d5ba6', '0x88b04b', '0xc8553d', '0x2d3142', '0xd9d2b0'];

/** Pictures of nobody's making: parts of the Mandelbrot set and gradients. */
const pictures = Array.from({ length: 10 }, (_, at) => {
  const path = join(scratch, `${at}.jpg`);
  const source = at % 2 === 0
    ? `mandelbrot=size=640x360:start_scale=${0.4 / 2 ** at}:start_x=-0.743643887:start_y=0.131825904:maxiter=400`
    : `gradients=size=640x360:seed=${at * 7}:nb_colors=4:${[0, 1, 2, 3].map((one) => `c${one}=${colours[(at + one * 2) % colours.length]}`).join(':')}:type=${at % 4 === 1 ? 'radial' : 'linear'}`;
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
/** A byte for each of 200 parts: the beginning as far as it is whole, and of the rest whatever some peer had. */
const mapOf = (whole: number, seed: number): string =>
  Buffer.from(Array.from({ length: 200 }, (_, at) => (at < whole ? 255 : (at * seed) % 17 < 2 ? 255 : (at * seed) % 13 === 0 ? 140 : 0))).toString('base64');
const unread = { container: null, codec: null, duration_s: null, state: null, progress: null };
const stream = (kind: string, codec: string, change: object = {}) => ({
  kind, codec, width: null, height: null, frames_per_second: null, bit_depth: null, dynamic_range: null, channels: null, sample_rate: null, bits_per_second: null, language: null, ...change,
});
say(`GET /tasks/${shown}`, detailOf({
  ...tasks[0], want: 'screenshots,stream', bytes_needed: 2_130_000, time_to_first_shot_ms: 2140, started_at: ago(2.9), ended_at: null, bytes_fetched: 141_000_000,
  download: { state: 'running', volume: 'films', done_bytes: 124_000_000, total_bytes: 400_000_000, bytes_fetched: 139_000_000, wasted_bytes: 98_304, map: mapOf(41, 5) },
  files: [
    {
      index: 0, path: 'Sintel (2010) 2160p/Sintel.2010.2160p.mkv', size_bytes: 391_000_000, selected: true, container: 'matroska', codec: null, duration_s: 888, state: 'done', progress: 1,
      map: mapOf(40, 5),
      streams: [
        stream('video', 'hevc', { width: 3840, height: 1636, frames_per_second: 24, bit_depth: 10, dynamic_range: 'pq', bits_per_second: 3_100_000 }),
        stream('audio', 'eac3', { channels: 6, sample_rate: 48_000, bits_per_second: 384_000, language: 'en' }), stream('audio', 'aac', { channels: 2, sample_rate: 48_000, language: 'de' }),
        stream('subtitle', 'subrip', { language: 'en' }), stream('subtitle', 'subrip', { language: 'zh' }), stream('subtitle', 'ass', { language: 'ru' }),
      ],
    },
    { index: 1, path: 'Sintel (2010) 2160p/Sintel.en.srt', size_bytes: 48_000, selected: true, ...unread },
    { index: 2, path: 'Sintel (2010) 2160p/poster.png', size_bytes: 8_950_000, selected: false, ...unread },
  ],
}));
say(`GET /tasks/${shown}/swarm`, {
  peers: [
    { client: 'qBittorrent/5.1.2', progress: 1, down_bytes_per_second: 1_410_000, up_bytes_per_second: 0, traits: ['seed', 'encrypted'] },
    { client: 'Transmission 4.0.6', progress: 1, down_bytes_per_second: 980_000, up_bytes_per_second: 0, traits: ['seed', 'utp'] },
    { client: 'libtorrent/2.0.11', progress: 0.62, down_bytes_per_second: 640_000, up_bytes_per_second: 150_000, traits: ['incoming', 'encrypted'] },
    { client: 'aria2/1.37.0', progress: 0.18, down_bytes_per_second: 70_000, up_bytes_per_second: 70_000, traits: ['slow'] },
    { client: 'Deluge 2.2.0', progress: 1, down_bytes_per_second: 0, up_bytes_per_second: 0, traits: ['seed', 'choking'] },
  ],
  trackers: [
    { server: 'udp://tracker.example:6969', state: 'working', seeds: 41, peers: 6, message: '' },
    { server: 'https://announce.example', state: 'failed', seeds: null, peers: null, message: 'Torrent not registered' },
  ],
});
say(`GET /tasks/${shown}/screenshots`, pictures.map((_, index) => ({
  file: 0, index, keyframe_time_s: 44 + index * 83, width: 3840, height: 1636, verified: true, url: `/tasks/${shown}/screenshots/0/${index}.jpg`,
})));
pictures.forEach((picture, index) => say(`GET /tasks/${shown}/screenshots/0/${index}.jpg`, picture));
say(`GET /tasks/${shown}/timeline`, [
  { at: ago(3), from_state: null, to_state: 'Pending', cause: 'Submitted', worker: null },
  { at: ago(2.9), from_state: 'Pending', to_state: 'Fetching', cause: 'A worker joins the swarm', worker: 'screenshot-attic-4411' },
  { at: ago(2.86), from_state: 'Fetching', to_state: 'Screenshotting', cause: 'Pictures are taken', worker: 'screenshot-attic-4411' },
  { at: ago(2.7), from_state: 'Screenshotting', to_state: 'Downloading', cause: 'The files are to be downloaded', worker: 'download-attic-4502' },
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

/** Of what is added one is refused and one there already; a file of several videos is asked about. */
site.answers.set('POST /tasks/', (_, body) =>
  body.includes('nonsense') ? { status: 400, body: { title: 'Bad Request', detail: 'An infohash is 40 hex digits, or 32 letters and digits of base 32.' } } : { status: 200, body: tasks[5] });
say('POST /tasks/files', {
  name: 'Night birds of the harbour, season 2', max_files: 50,
  files: ['Herons', 'Gulls at dusk', 'The owl of pier 9', 'Cormorants', 'Sample'].map((title, index) => ({
    index, path: title === 'Sample' ? 'Season 2/sample.mkv' : `Season 2/E0${index + 1} ${title}.mkv`, size_bytes: title === 'Sample' ? 31_000_000 : 812_000_000 + index * 93_000_000, is_video: true, selected: title !== 'Sample',
  })),
});

/** What is added on the list, which is drawn before: the box has two lines, and says what became of those before. */
async function addLines(tab: Page): Promise<void> {
  await tab.locator('.row').first().waitFor();
  const lines = tab.locator('.lines textarea:not([aria-hidden])');
  await lines.fill(`nonsense\n${hashOf(5)}`);
  await lines.press('Enter');
  await tab.locator('.outcomes p').nth(1).waitFor();
  await lines.fill(`magnet:?xt=urn:btih:${hashOf(31)}&dn=Coffee+Run\n${hashOf(32)}`);
  await tab.locator('.add-choices input[type=checkbox]').nth(1).check();
}

const chooseFiles = (tab: Page): Promise<void> =>
  tab.locator('input[type=file]').setInputFiles({ name: 'season 2.torrent', mimeType: 'application/x-bittorrent', buffer: Buffer.from('d4:infode') });

/** `isWhole`: beyond what one sees at once. */
type View = { readonly place: string; readonly waits: string; readonly isWhole?: boolean; act?(tab: Page): Promise<void> };
const views: Readonly<Record<string, View>> = {
  list: { place: '#/', waits: '.row' }, gallery: { place: '#/?view=gallery', waits: '.tile' }, task: { place: `#/task/${shown}`, waits: '.swarm tbody tr', isWhole: true },
  watch: { place: `#/watch/${task}`, waits: '.player .time' }, workers: { place: '#/workers', waits: 'tbody tr' }, system: { place: '#/system', waits: '.key-form', isWhole: true },
  add: { place: '#/', waits: '.outcomes p', act: addLines }, choose: { place: '#/', waits: '[role=dialog] li', act: chooseFiles },
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
    for (const [view, { place, waits, isWhole = false, act }] of Object.entries(views)) {
      if (wanted.length > 0 && !wanted.includes(view)) continue;
      await tab.evaluate((to) => void (location.hash = to), place);
      await act?.(tab);
      await tab.locator(waits).first().waitFor();
      await tab.waitForFunction(() => Array.from(document.images).filter((image) => image.loading !== 'lazy').every((image) => image.complete), undefined, { timeout: tabMs });
      if (view === 'watch') await tab.evaluate(goToPicture, watchedAt);
      const taken = join(scratch, `${view}.png`);
      await tab.screenshot({ path: taken, fullPage: isWhole, timeout: tabMs });
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
