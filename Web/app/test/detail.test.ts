import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { faultsOf } from './support/axe.js';
import { detailOf, taskOf } from './support/site.js';
import { TabSuite, testMs } from './support/tab-suite.js';

const picture = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==', 'base64');
const place = `#/task/${task}`;
const patienceMs = 30_000;

suite('the page of one task', { timeout: 5 * testMs }, () => {
  const page = new TabSuite();
  const limited = { timeout: testMs };

  test('shows files, numbers, and each change with its cause, who did it, and how long it lasted', limited, async () => {
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Completed', want: 'screenshots', bytes_fetched: 2_097_152, size_bytes: 209_715_200, bytes_needed: 1_048_576, shots_stored: 0 }));
    page.say(`GET /tasks/${task}/timeline`, [
      { at: '2026-01-01T00:00:00Z', from_state: null, to_state: 'Pending', cause: 'Submitted.', worker: null },
      { at: '2026-01-01T00:00:02Z', from_state: 'Pending', to_state: 'Fetching', cause: 'A worker has begun.', worker: 'host-7' },
      { at: '2026-01-01T00:01:07Z', from_state: 'Fetching', to_state: 'Completed', cause: 'All is stored.', worker: 'host-7' },
    ]);
    await page.open(place);

    await page.tab.getByText('counting.mkv').waitFor();
    await page.tab.getByText('mkv · h264 · 1:00').waitFor();
    await page.tab.getByText('2.0 MiB (1.0% of it)').waitFor();
    // What stands in a line of its own is for the style sheet to say, which may come after the scripts.
    await until('the style sheet is there', () => page.tab.locator('.timeline-head').first().evaluate((head) => getComputedStyle(head).display === 'flex'), patienceMs);
    const lines = await page.tab.locator('.timeline li').allInnerTexts();
    assert.deepEqual(lines.map((line) => line.split(/\s*\n\s*/).slice(0, 3).filter((part) => !part.includes('2026'))), [
      ['Done', 'All is stored.'], ['Fetching metadata', '1:05', 'A worker has begun.'], ['Waiting for a worker', '2.0 s', 'Submitted.'],
    ]);
    assert.match(lines[1] ?? '', /host-7/);
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.getByRole('link', { name: 'All tasks' }).click();
    await page.row('A video that counts').waitFor();
  });

  test('shows where a file and a download are here, in words too, and what is pushed later', limited, async () => {
    const map = (parts: readonly number[]): string => Buffer.from(parts).toString('base64');
    const file = { index: 0, path: 'counting\u202e.mkv', size_bytes: 209_715_200, selected: true, container: 'mkv', codec: 'h264', duration_s: 60, state: 'done', progress: 1 };
    const download = { state: 'running', volume: 'main', done_bytes: 0, total_bytes: 209_715_200, bytes_fetched: 0, wasted_bytes: 0, map: map([255, 0]) };
    const working = { state: 'Downloading', status: 'working', files: [{ ...file, map: map([255, 255, 7, 0, 0, 30, 0, 0]) }] };
    page.say(`GET /tasks/${task}`, detailOf({ ...working, download }));
    await page.open(place);

    const ofFile = page.tab.getByRole('img', { name: 'counting\ufffd.mkv: 26% is here, in 2 places' });
    await ofFile.waitFor();
    const rects = await ofFile.locator('rect').evaluateAll((all) => all.map((one) => ['x', 'width'].map((name) => one.getAttribute(name))));
    assert.deepEqual(rects, [['0', '2'], ['2', '1'], ['5', '1']]);
    await page.tab.getByRole('img', { name: 'Download: 50% is here, in 1 place' }).waitFor();
    assert.deepEqual(await faultsOf(page.tab), []);
    page.say(`GET /tasks/${task}`, detailOf({ ...working, version: 8, download: { ...download, map: map([255, 255]) } }));
    page.site.status.say('taskChanged', taskOf({ state: 'Downloading', status: 'working', version: 8 }));
    await page.tab.getByRole('img', { name: 'Download: 100% is here, in 1 place' }).waitFor();
  });

  test('asks for more of the videos, and what was chosen before stays', limited, async () => {
    const video = (index: number, selected: boolean) => ({ index, path: `${index}.mkv`, size_bytes: 1000, is_video: true, selected, container: null, codec: null, duration_s: null, state: null, progress: null });
    const files = [video(0, true), video(1, false), video(2, false)];
    const bodies: string[] = [];
    page.site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return bodies.length === 1 ? { status: 503, body: { title: 'Busy', detail: 'Ask again.' } } : { body: taskOf({ state: 'Pending', status: 'pending', version: 8 }) };
    });
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Completed', want: 'screenshots', files }));
    await page.open(place);
    const dialog = page.tab.getByRole('dialog');
    const add = async (name: string): Promise<void> => {
      await page.tab.getByRole('button', { name: 'Choose files' }).click();
      await dialog.getByText('1 of 3,').waitFor();
      assert.deepEqual([await dialog.getByRole('checkbox', { name: '0.mkv' }).isChecked(), await dialog.getByRole('checkbox', { name: '0.mkv' }).isDisabled()], [true, true]);
      assert.ok(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled());
      assert.deepEqual(await faultsOf(page.tab), []);
      await dialog.getByRole('button', { name: 'All', exact: true }).click();
      await dialog.getByText('3 of 3,').waitFor();
      await dialog.getByRole('button', { name: 'None' }).click();
      await dialog.getByRole('checkbox', { name }).check();
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };

    await add('1.mkv');
    await page.tab.getByRole('alert').getByText('Ask again.').waitFor();
    await add('2.mkv');
    await page.tab.getByRole('alert').waitFor({ state: 'detached' });
    await until('it is asked for', () => bodies.length === 2, patienceMs);
    assert.match(bodies[1] ?? '', /name="want"\r\n\r\nscreenshots\r\n[\s\S]*name="files"\r\n\r\n2\r\n/);
    assert.doesNotMatch(bodies[1] ?? '', /name="shots"/);

    // Where there is no more to choose, nobody is asked.
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Pending', status: 'pending', want: 'screenshots', version: 9, files: files.map((file) => ({ ...file, selected: true })) }));
    page.site.status.say('taskChanged', taskOf({ state: 'Pending', status: 'pending', version: 9 }));
    await page.tab.getByRole('button', { name: 'Choose files' }).waitFor({ state: 'detached' });
  });

  test('says of a video what is in it', limited, async () => {
    const nothing = { codec: null, width: null, height: null, frames_per_second: null, bit_depth: null, dynamic_range: null, channels: null, sample_rate: null, bits_per_second: null, language: null };
    const streams = [
      { ...nothing, kind: 'video', codec: 'hevc', width: 3840, height: 2160, frames_per_second: 24_000 / 1001, bit_depth: 10, dynamic_range: 'pq', bits_per_second: 18_000_000 },
      { ...nothing, kind: 'audio', codec: 'eac3', channels: 6, sample_rate: 48_000, bits_per_second: 640_000, language: 'de' },
      { ...nothing, kind: 'subtitle', codec: 'subrip', language: 'en' }, { ...nothing, kind: 'subtitle', codec: 'hdmv_pgs_subtitle' },
    ];
    const file = { index: 0, path: 'counting.mkv', size_bytes: 1_200_000_000, selected: true, container: 'matroska', codec: null, duration_s: 3600, state: null, progress: null, streams };
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Transcoding', status: 'working', files: [file] }));
    await page.open(place);

    await page.tab.getByText('matroska · 1:00:00 · 2.7 Mbit/s', { exact: true }).waitFor();
    assert.deepEqual(await page.tab.locator('.streams > div').allInnerTexts(), [
      'Video · hevc · 3840 × 2160 · 23.976 fps · 10 bit · HDR (PQ) · 18.0 Mbit/s', 'Audio · German · eac3 · 5.1 · 48 kHz · 640 kbit/s', 'Subtitles · English, hdmv_pgs_subtitle',
    ]);
    assert.deepEqual(await faultsOf(page.tab), []);
  });

  test('shows who is connected and what trackers say while a worker is in the swarm, to those who may know it', limited, async () => {
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Downloading', status: 'working' }));
    page.say(`GET /tasks/${task}/swarm`, {
      peers: [
        { client: 'qBittorrent/4.6\u202e', progress: 1, down_bytes_per_second: 1_048_576, up_bytes_per_second: 0, traits: ['seed', 'encrypted'] },
        { client: '', progress: 0.25, down_bytes_per_second: 0, up_bytes_per_second: 0, traits: [] },
      ],
      trackers: [{ server: 'udp://tracker.example:80', state: 'working', seeds: 5, peers: 3, message: '' }, { server: 'http://gone.example', state: 'failed', seeds: null, peers: null, message: 'Not registered <b>' }],
    });
    await page.open(place);

    await page.tab.getByText('Peers and trackers').waitFor();
    const rows = await page.tab.locator('.swarm tbody tr').evaluateAll((all) => all.map((row) => Array.from(row.children, (cell) => cell.textContent)));
    assert.deepEqual(rows, [['qBittorrent/4.6\ufffd', '100%', '1.0 MiB/s', '', 'has all, encrypted'], ['?', '25%', '', '', '']]);
    await page.tab.getByText('answers · 5 seeds, 3 others').waitFor();
    await page.tab.getByText('no answer of use · Not registered <b>').waitFor();
    assert.deepEqual(await faultsOf(page.tab), []);
  });

  test('says what went wrong in a sentence, counts down to the next attempt, and tries now', limited, async () => {
    const failure = { kind: 'NoPeers', message: 'Nobody of 3 answered.', retry_at: new Date(Date.now() + 45_000).toISOString() };
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Fetching', status: 'recoverable_failure', failure }));
    page.say(`POST /tasks/${task}/retry`, detailOf({ state: 'Fetching', status: 'working', version: 9, failure: null }));
    await page.open(place);

    await page.tab.getByText('No peer could be reached.').waitFor();
    await page.tab.getByText('Nobody of 3 answered.').waitFor();
    const seconds = async (): Promise<number> => Number(/in (\d+) s/.exec((await page.tab.locator('.countdown').textContent()) ?? '')?.[1]);
    const first = await seconds();
    assert.ok(first > 0 && first <= 45, `${first}`);
    await until('it counts down', async () => (await seconds()) < first, patienceMs);
    await page.tab.getByRole('button', { name: 'Try now' }).click();
    await until('the server was asked', () => page.site.requests.includes(`POST /tasks/${task}/retry`), patienceMs);
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Fetching', status: 'working', version: 9, failure: null }));
    page.site.status.say('taskChanged', taskOf({ state: 'Fetching', status: 'working', version: 9, failure: null }));
    await page.tab.getByText('No peer could be reached.').waitFor({ state: 'detached' });
  });

  test('shows pictures as they arrive, one over the whole window with its neighbours a key away, and all of them as a file', limited, async () => {
    const pictures = [0, 1].map((index) => ({
      file: 0, index, keyframe_time_s: 60 + index, width: 1920, height: 1080, verified: index === 1, url: `/tasks/${task}/screenshots/0/${index}.jpg`,
    }));
    for (const { url } of pictures) page.say(`GET ${url}`, picture);
    page.say(`GET /tasks/${task}/screenshots`, pictures.slice(0, 1));
    const shooting = { state: 'Screenshotting', status: 'working', shots_wanted: 2 };
    page.say(`GET /tasks/${task}`, detailOf({ ...shooting, shots_stored: 1 }));
    await page.open(place);
    await page.tab.getByRole('link', { name: 'Picture at 1:00' }).waitFor();
    assert.equal(await page.tab.locator('.place').count(), 1);
    page.say(`GET /tasks/${task}/screenshots`, pictures);
    page.site.status.say('taskChanged', taskOf({ ...shooting, shots_stored: 2, version: 8 }));
    await page.tab.getByRole('link', { name: 'Picture at 1:01' }).waitFor();

    await page.tab.getByRole('link', { name: 'Picture at 1:00' }).click();
    const dialog = page.tab.getByRole('dialog');
    await dialog.getByText('1:00 · 1920 × 1080', { exact: true }).waitFor();
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.keyboard.press('ArrowRight');
    await dialog.getByText('1:01 · 1920 × 1080 · verified').waitFor();
    await page.tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    const [download] = await Promise.all([page.tab.waitForEvent('download', { timeout: patienceMs }), page.tab.getByRole('button', { name: 'Download all' }).click()]);
    assert.equal(download.suggestedFilename(), `${task}.zip`);
    const packed = readFileSync(await download.path());
    assert.equal(packed.readUInt16LE(packed.length - 12), 2);
    assert.ok(packed.includes(picture));
  });

  test('is paused and deleted, and says why it may not be', limited, async () => {
    page.say(`GET /tasks/${task}`, detailOf({ state: 'Downloading', status: 'working', progress: 0.5 }));
    page.say(`POST /tasks/${task}/pause`, { title: 'Conflict', detail: 'Nothing is left to pause.' }, 409);
    page.say(`DELETE /tasks/${task}`, null, 204);
    await page.open(place);

    await page.tab.getByRole('button', { name: 'Pause' }).click();
    await page.tab.getByRole('alert').getByText('Nothing is left to pause.').waitFor();
    await page.tab.getByRole('button', { name: 'Delete' }).click();
    page.say('GET /tasks/', { tasks: [], next_cursor: null });
    await page.tab.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();

    await page.tab.getByText('Nothing here yet.', { exact: false }).waitFor();
    assert.deepEqual(page.site.requests.filter((request) => request.startsWith('DELETE')), [`DELETE /tasks/${task}?data=false`]);
  });
});
