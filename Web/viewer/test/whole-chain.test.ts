import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hubMethods } from '@eventtorrent/protocol';
import { RelayingHub } from '@eventtorrent/peer/test/scripted-hub.js';
import { sha256 } from '@eventtorrent/peer/test/test-viewer.js';
import { Mint, task, volume, writeKeys } from '@eventtorrent/peer/test/tickets.js';
import { bounded, until, within } from '@eventtorrent/peer/test/waiting.js';
import { Chromium, type OpenPage } from './support/browser.js';

const program = fileURLToPath(new URL('../../src/main.js', import.meta.resolve('@eventtorrent/peer/test/world.js')));

/** The node as a process, a hub, and a browser, which know nothing of each other but what the hub passes on. */
suite('node, hub and browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-chain-'));
  const mint = new Mint('k1');
  const hub = new RelayingHub();
  const large = randomBytes(2_000_000);
  let chromium: Chromium;
  let node: ChildProcess | undefined;
  let page: OpenPage;

  const startNode = async (): Promise<void> => {
    const registered = hub.count(hubMethods.registerNode);
    const options = {
      'signaling': hub.url, 'node-key-file': join(folder, 'node.key'), volume, 'root': folder, 'ticket-keys': join(folder, 'keys.json'),
      'bind-address': '127.0.0.1', 'uplink-bytes-per-second': '500000', 'log-level': 'error',
    };
    node = spawn(process.execPath, [program, ...Object.entries(options).map(([name, value]) => `--${name}=${value}`)], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('the node is registered', () => hub.count(hubMethods.registerNode) > registered);
  };
  const killNode = async (): Promise<void> => {
    const child = node;
    node = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await within('the node is gone', ended);
  };
  const received = (): Promise<number> => page.ask((of) => of.received());
  const states = async (): Promise<string> => JSON.stringify(await page.ask((of) => of.states()));

  before(async () => {
    mkdirSync(join(folder, task, '0.hls'), { recursive: true });
    writeFileSync(join(folder, task, '0.hls', 'large.ts'), large);
    writeFileSync(join(folder, 'node.key'), 'k'.repeat(32));
    writeKeys(join(folder, 'keys.json'), mint);
    await hub.start();
    chromium = await Chromium.start();
  }, bounded);
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    await page.close();
    await killNode();
  }, bounded);
  after(async () => {
    await chromium.stop();
    await hub.stop();
    rmSync(folder, { recursive: true });
  }, bounded);

  test('a node that is killed while it sends and started again goes on at the byte', bounded, async () => {
    await startNode();
    page = await chromium.openOver(hub.url, mint);
    const got = page.ask((of) => of.get('large.ts'));
    await until('a fifth is there', async () => (await received()) > 400_000);

    await killNode();
    await until('the page has noticed', async () => /silent|lost/.test(await states()));
    const kept = await received();
    await startNode();

    await until('it goes on', async () => (await received()) > kept);
    assert.ok(kept < large.byteLength);
    assert.equal(await got, sha256(large));
    assert.ok(JSON.parse(await states()).filter(({ state }: { state: string }) => state === 'connected').length >= 2);
  });

  test('a transfer outlives the hub that brought it about', bounded, async () => {
    await startNode();
    page = await chromium.openOver(hub.url, mint);
    const got = page.ask((of) => of.get('large.ts'));
    await until('it is under way', async () => (await received()) > 0);

    await hub.stop();
    assert.equal(await got, sha256(large));
    const registered = hub.count(hubMethods.registerNode);
    await hub.start();
    await until('the node is registered again', () => hub.count(hubMethods.registerNode) > registered);

    assert.equal(JSON.parse(await states()).length, 2);
    const other = await chromium.openOver(hub.url, mint);
    assert.equal(await other.ask((of) => of.get('none.ts')), 'not-found');
    await other.close();
  });

  test('more connections come about over the same hub when one is too slow', bounded, async () => {
    await startNode();
    const before = hub.count(hubMethods.offer);
    page = await chromium.openOver(hub.url, mint);
    let several = false;
    const got = (async (): Promise<void> => {
      while (!several) assert.equal(await page.ask((of) => of.get('large.ts', 0.5)), sha256(large));
    })();

    await Promise.race([got, until('there are several', async () => ((await page.ask((of) => of.connections())) ?? 0) > 1)]);
    several = true;

    await got;
    assert.ok(hub.count(hubMethods.offer) >= before + 2);
  });

  test('without a node the page says so, and plays when it comes', bounded, async () => {
    page = await chromium.openOver(hub.url, mint);
    await until('the page says why', async () => (await states()).includes('node-offline'));

    await startNode();

    assert.equal(await page.ask((of) => of.get('none.ts')), 'not-found');
  });
});
