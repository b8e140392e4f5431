import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hubMethods } from '@eventtorrent/protocol';
import { ScriptedHub } from './support/scripted-hub.js';
import { Mint, writeKeys } from './support/tickets.js';
import { until, within } from './support/waiting.js';

const program = fileURLToPath(new URL('../src/main.js', import.meta.url));

const runs: Run[] = [];

class Run {
  out = '';
  error = '';
  readonly child: ChildProcess;
  readonly code: Promise<number | null>;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (data: Buffer) => (this.out += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.error += data.toString()));
    runs.push(this);
    this.code = within('the end of the process', once(this.child, 'close').then(([code]) => code as number | null));
  }
}

suite('the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-program-'));
  const file = (name: string): string => join(folder, name);
  const hub = new ScriptedHub();
  const port = 20_000 + (process.pid % 10_000);
  let good: Readonly<Record<string, string>>;
  const args = (changed: Readonly<Record<string, string | undefined>> = {}): string[] =>
    Object.entries({ ...good, ...changed }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));

  before(async () => {
    await hub.start();
    mkdirSync(file('volume'));
    writeFileSync(file('node.key'), `${'k'.repeat(32)}\n`);
    writeKeys(file('keys.json'), new Mint('k1'));
    good = { 'signaling': hub.url, 'node-key-file': file('node.key'), 'volume': 'home', 'root': file('volume'), 'ticket-keys': file('keys.json') };
  });
  after(async () => {
    for (const { child } of runs) child.kill('SIGKILL');
    await hub.stop();
    rmSync(folder, { recursive: true });
  });

  test('--help names every option', async () => {
    const run = new Run(['--help']);

    assert.equal(await run.code, 0);
    assert.match(run.out, /^usage: eventtorrent-peer/);
    for (const option of ['--udp-ports', '--uplink-bytes-per-second', '--stop-with-stdin', 'EVENTTORRENT_PEER_']) assert.ok(run.out.includes(option), option);
  });

  test('a wrong option ends it with one line that names the option', async () => {
    const wrong = { 'signaling': 'ftp://x', 'volume': '../x', 'root': file('none'), 'node-key-file': file('volume'), 'transport': 'carrier-pigeon', 'udp-ports': '20100-20000', 'max-sessions': '0', 'log-level': 'loud', 'bind-address': 'home', 'metrics-address': 'localhost' };
    const ends = Object.entries(wrong).map(([name, value]) => [name, new Run(args({ [name]: value }))] as const);
    const missing = new Run(args({ volume: undefined }));
    const unknown = new Run([...args(), '--colour']);

    for (const [name, run] of ends) {
      assert.equal(await run.code, 2, name);
      assert.match(run.error, new RegExp(`^error: --${name}: .+\\n$`));
    }
    assert.deepEqual([await missing.code, missing.error], [2, 'error: --volume: is needed\n']);
    assert.equal(await unknown.code, 2);
    assert.match(unknown.error, /^error: .*--colour.*\n$/);
  });

  test('without keys for tickets it does not start', async () => {
    writeFileSync(file('broken.json'), '{"keys":[]}');
    const run = new Run(args({ 'ticket-keys': file('broken.json') }));

    assert.equal(await run.code, 1);
    assert.match(run.error, /"event":"ticket-keys-refused","reason":"no-keys"/);
  });

  test('it takes options from the environment, registers, shows metrics, and stops in order', async () => {
    const before = hub.count(hubMethods.registerNode);
    const run = new Run(args({ volume: undefined }), { EVENTTORRENT_PEER_VOLUME: 'attic', EVENTTORRENT_PEER_METRICS_PORT: String(port) });
    await until('it is registered', () => hub.count(hubMethods.registerNode) > before || run.child.exitCode !== null);
    assert.deepEqual(hub.invocations.at(-1)?.arguments[0], { protocol: 1, volume: 'attic', version: '0.0.0', maxSessions: 64 });
    await until('it says so', () => run.error.includes('"registered"'));

    const shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assert.match(shown, /^eventtorrent_peer_signaling_connected 1$/m);
    assert.match(shown, /^eventtorrent_peer_resident_bytes \d{7,}$/m);
    run.child.kill('SIGTERM');

    assert.equal(await run.code, 0);
    for (const line of run.error.trimEnd().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
    assert.match(run.error, /"event":"stopped"/);
  });

  test('its metrics are on this machine alone unless another address is named', async () => {
    // The other is of loopback too, so that nothing is opened to a network here. The port before it has dead connections to it.
    const next = port + 1;
    const answers = async (address: string): Promise<boolean> => fetch(`http://${address}:${next}/metrics`).then((answer) => answer.ok, () => false);
    const standard = new Run([...args(), `--metrics-port=${next}`]);
    await until('it is there', () => standard.error.includes('"started"') || standard.child.exitCode !== null);
    assert.deepEqual([await answers('127.0.0.1'), await answers('127.0.0.2')], [true, false]);
    standard.child.kill('SIGTERM');
    assert.equal(await standard.code, 0);

    const named = new Run([...args(), `--metrics-port=${next}`, '--metrics-address=127.0.0.2']);
    await until('the other is there', () => named.error.includes('"started"') || named.child.exitCode !== null);
    assert.deepEqual([await answers('127.0.0.1'), await answers('127.0.0.2')], [false, true]);
    named.child.kill('SIGTERM');
    assert.equal(await named.code, 0);
  });

  test('it ends with whoever started it', async () => {
    const run = new Run([...args(), '--stop-with-stdin']);
    await until('it is there', () => run.error.includes('"started"'));

    run.child.stdin?.end();

    assert.equal(await run.code, 0);
    assert.match(run.error, /"event":"stopping","cause":"stdin"/);
  });
});
