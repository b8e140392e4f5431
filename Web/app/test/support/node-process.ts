import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hubMethods } from '@eventtorrent/protocol';
import { task, volume, writeKeys, type Mint } from '@eventtorrent/peer/test/tickets.js';
import type { RelayingHub } from '@eventtorrent/peer/test/scripted-hub.js';
import { until, within } from '@eventtorrent/peer/test/waiting.js';

const program = fileURLToPath(new URL('../../src/main.js', import.meta.resolve('@eventtorrent/peer/test/world.js')));

/** The program of a node, with a volume of its own, as a process that can be killed and started again. */
export class NodeProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'eventtorrent-app-'));
  /** Where the stream of the first video lies. */
  readonly stream = join(this.folder, task, '0.hls');
  #child: ChildProcess | undefined;

  constructor(
    private readonly hub: RelayingHub,
    mint: Mint,
  ) {
    mkdirSync(this.stream, { recursive: true });
    writeFileSync(join(this.folder, 'node.key'), 'k'.repeat(32));
    writeKeys(join(this.folder, 'keys.json'), mint);
  }

  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const registered = this.hub.count(hubMethods.registerNode);
    const options = {
      'signaling': this.hub.url, 'node-key-file': join(this.folder, 'node.key'), volume, 'root': this.folder, 'ticket-keys': join(this.folder, 'keys.json'),
      'bind-address': '127.0.0.1', 'log-level': 'error', ...more,
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    this.#child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until('the node is registered', () => this.hub.count(hubMethods.registerNode) > registered);
  }

  /** From now on it neither hears nor says anything, as on a way that has died. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await within('the node is gone', ended);
  }

  /** Also what it has cost so far, in seconds of CPU. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true });
  }
}
