import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { faultsOf } from './support/axe.js';
import { taskOf } from './support/site.js';
import { TabSuite, testMs } from './support/tab-suite.js';

const patienceMs = 30_000;
const worker = (kind: string, change: Readonly<Record<string, unknown>> = {}) => ({
  name: `${kind}-1`, host: 'attic', kind, volume: 'films', slots: 4, busy: 1, free_bytes: 5 * 1024 ** 3, version: '1.2.3',
  started_at: '2026-01-01T00:00:00Z', seen_at: new Date().toISOString(), state: 'alive', drain_asked: false, ...change,
});

suite('workers and system', { timeout: 5 * testMs }, () => {
  const page = new TabSuite();
  const limited = { timeout: testMs };

  test('every worker is there with what it does, where, how busy it is, and when it was heard of', limited, async () => {
    page.say('GET /workers/', [worker('Screenshots'), worker('Transcode', { state: 'silent', host: '<b>cellar</b>', volume: null, free_bytes: null })]);
    await page.open('#/workers');

    await page.tab.getByRole('cell', { name: '<b>cellar</b>' }).waitFor();
    const [first = '', second = ''] = await page.tab.locator('tbody tr').allInnerTexts();
    for (const part of ['Screenshots', 'there', 'attic', 'films', '1 / 4', '5.0 GiB', '1.2.3', 'ago']) assert.ok(first.includes(part), `${part} in ${first}`);
    assert.ok(second.includes('silent'), second);
    assert.deepEqual(await faultsOf(page.tab), []);
  });

  test('a part of the page whose script does not come leaves the rest, and is there after a new start', limited, async () => {
    page.say('GET /workers/', [worker('Screenshots')]);
    await page.open();
    const script = '**/workers-page*.js';
    await page.tab.route(script, (route) => route.abort());

    await page.tab.getByRole('link', { name: 'Workers' }).click();
    await page.tab.getByRole('alert').getByText('This part of the page can’t be shown.').waitFor();
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.getByRole('link', { name: 'Tasks' }).click();
    await page.tab.getByRole('textbox', { name: 'Magnet links' }).waitFor();

    await page.tab.unroute(script);
    await page.tab.getByRole('link', { name: 'Workers' }).click();
    await page.tab.getByRole('button', { name: 'Load the page again' }).click();
    await page.tab.getByRole('cell', { name: 'attic' }).waitFor();
  });

  test('a worker is drained and takes work again by one press, and what becomes of it is said', limited, async () => {
    const calls: string[] = [];
    let now = worker('Download');
    page.site.answers.set('GET /workers/', () => ({ body: [now, worker('Screenshots', { state: 'drained', drain_asked: true, busy: 0 }), worker('Transcode', { state: 'stopped' })] }));
    for (const [method, change] of [['POST', { state: 'draining', drain_asked: true }], ['DELETE', { state: 'alive', drain_asked: false }]] as const) {
      page.site.answers.set(`${method} /workers/Download-1/drain`, () => {
        calls.push(method);
        now = { ...now, ...change };
        return { body: now };
      });
    }
    await page.open('#/workers');
    const said = page.tab.locator('.panel > [role=status]');

    await page.tab.getByRole('button', { name: 'Drain Download Download-1' }).click();
    await page.tab.getByRole('cell', { name: 'draining' }).waitFor();
    await until('it is said', async () => (await said.textContent()) === 'Download attic: draining', patienceMs);
    assert.deepEqual(await faultsOf(page.tab), []);

    await page.tab.getByRole('cell', { name: 'drained' }).waitFor();
    await page.tab.getByRole('button', { name: 'Take work again Screenshots Screenshots-1' }).waitFor();
    await page.tab.getByRole('button', { name: 'Take work again Download Download-1' }).click();
    await page.tab.getByRole('button', { name: 'Drain Download Download-1' }).waitFor();
    await until('that is said too', async () => (await said.textContent()) === 'Download attic: there', patienceMs);
    assert.deepEqual(calls, ['POST', 'DELETE']);
    assert.equal(await page.tab.getByRole('button', { name: 'Transcode-1' }).count(), 0);

    page.say('POST /workers/Download-1/drain', { title: 'Forbidden', detail: 'Only an admin may do this.' }, 403);
    await page.tab.getByRole('button', { name: 'Drain Download Download-1' }).click();
    await page.tab.getByRole('alert').getByText('Only an admin may do this.').waitFor();
  });

  test('what is not well is named with what to do about it', limited, async () => {
    page.say('GET /health/live', { status: 'healthy', checks: { process: { status: 'healthy', description: 'runs' } } });
    page.say('GET /health/ready', { status: 'unhealthy', checks: { database: { status: 'unhealthy', description: 'TimeoutException' } } }, 503);
    page.say('GET /workers/', [worker('Screenshots'), worker('Download')]);
    page.say('GET /stats', {
      tasks: { Pending: 3 }, work_items: [{ step: 'Screenshots', state: 'Waiting', count: 3 }],
      broker: { transport: 'RabbitMq', reachable: true, queues: [{ name: 'saga.torrent', ready: 7, consumers: 1, errors: 2, skipped: 0 }] },
    });
    await page.open('#/system');

    await page.tab.getByText('Database: not well').waitFor();
    await page.tab.getByText('See whether the database runs', { exact: false }).waitFor();
    await page.tab.getByText('Process: well').waitFor();
    await page.tab.getByText('No worker for this step: Transcoding').waitFor();
    await page.tab.getByRole('row').filter({ hasText: 'saga.torrent' }).getByRole('cell', { name: '7' }).waitFor();
    await page.tab.getByText('5.0 GiB free').waitFor();
    assert.equal(await page.tab.getByText('API keys').count(), 0);
    assert.deepEqual(await faultsOf(page.tab), []);
  });

  test('keys are shown to those who may see them, made with the key shown once, and revoked', limited, async () => {
    const key = { id: 'k1', name: 'Bot', role: 'submitter', createdAt: '2026-01-01T00:00:00Z', lastUsedAt: null, revokedAt: null };
    const bodies: string[] = [];
    page.say('GET /keys', [key]);
    page.site.answers.set('POST /keys', (_, body) => {
      bodies.push(body);
      return { status: 201, body: { ...key, id: 'k2', name: 'Other', role: 'viewer', key: 'et_secret' } };
    });
    page.say('DELETE /keys/k1', null, 204);
    await page.open('#/system');

    const line = page.tab.getByRole('row').filter({ hasText: 'Bot' });
    await line.getByRole('cell', { name: 'Submitter' }).waitFor();
    await page.tab.getByLabel('Name').fill('Other');
    await page.tab.getByLabel('Role').selectOption('Viewer');
    await page.tab.getByRole('button', { name: 'Make a key' }).click();
    await page.tab.getByText('et_secret').waitFor();
    assert.deepEqual(bodies.map((body) => JSON.parse(body) as unknown), [{ name: 'Other', role: 'viewer' }]);
    assert.deepEqual(await faultsOf(page.tab), []);

    await line.getByRole('button', { name: 'Revoke Bot' }).click();
    page.say('GET /keys', [{ ...key, revokedAt: '2026-01-02T00:00:00Z' }]);
    await line.getByRole('button', { name: 'Really revoke' }).click();
    await line.getByText('revoked').waitFor();
    assert.equal(await page.tab.getByText('et_secret').count(), 0);
  });

  test('the end of a task is announced politely, and notified of when that is wanted', limited, async () => {
    await page.open('#/system', { permissions: ['notifications'] });
    await page.tab.evaluate(() => {
      const told: string[] = [];
      class Told {
        static permission = 'granted';
        onclick: unknown = null;
        constructor(title: string, { body }: { readonly body: string }) {
          told.push(`${title}: ${body}`);
        }
      }
      Object.assign(globalThis, { Notification: Told, told });
    });
    await page.tab.getByRole('switch', { name: 'Show a notification when a task ends' }).click();
    await page.isLive();
    const change = (state: string, status: string, version: number): void => page.site.status.say('taskChanged', taskOf({ infohash: task, name: 'Film', state, status, version }));
    change('Downloading', 'working', 8);
    change('Playable', 'success', 9);

    await page.tab.locator('[aria-live=polite]').getByText('Film: Playable').waitFor({ state: 'attached' });
    await until('there is a notification', async () => (await page.tab.evaluate(() => (globalThis as unknown as { told: string[] }).told)).join() === 'Playable: Film', patienceMs);
  });

  test('the page can be installed, and asks to open magnet links', limited, async () => {
    await page.open('#/system');
    const manifest = await page.tab.evaluate(async () => (await fetch(document.querySelector<HTMLLinkElement>('link[rel=manifest]')?.href ?? '')).json() as Promise<{ icons: { src: string }[] }>);
    for (const { src } of manifest.icons) assert.equal(await page.tab.evaluate(async (path) => (await fetch(path)).status, src), 200);
    await page.tab.evaluate(() => {
      navigator.registerProtocolHandler = (...what: unknown[]): void => void Object.assign(globalThis, { asked: what });
    });

    await page.tab.getByRole('button', { name: 'Open magnet links here' }).click();

    assert.deepEqual(await page.tab.evaluate(() => (globalThis as unknown as { asked: unknown }).asked), ['magnet', `${new URL(page.site.url).origin}/#/?add=%s`]);
  });
});
