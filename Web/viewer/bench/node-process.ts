/* A node in a process of its own, whose memory can be measured; signaling is the process that started it. */
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SignalFromNode, SignalToNode } from '@eventtorrent/protocol';
import { Mint } from '@eventtorrent/peer/test/tickets.js';
import { within } from '@eventtorrent/peer/test/waiting.js';
import { World, type Surroundings, type WorldOptions } from '@eventtorrent/peer/test/world.js';

/** What a process has used so far, in user mode and in the kernel; Linux counts in hundredths. */
export const cpuSecondsOf = ({ pid }: ChildProcess): number => {
  const [user = 0, kernel = 0] = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1] ?? '').split(' ').slice(11, 13).map(Number);
  return (user + kernel) / 100;
};

type Said = { readonly listen?: string; readonly say?: SignalToNode };
type Heard = { readonly secret?: string; readonly signal?: SignalFromNode };

export class NodeProcess implements Surroundings {
  readonly clock = { unix: (): number => Date.now(), monotonic: (): number => performance.now() };
  readonly lines: readonly string[] = [];
  readonly signaling = {
    listen: (session: string, onSignal: (signal: SignalFromNode) => void): void => {
      this.#listeners.set(session, onSignal);
      this.#tell({ listen: session });
    },
    say: (signal: SignalToNode): void => this.#tell({ say: signal }),
  };
  readonly #listeners = new Map<string, (signal: SignalFromNode) => void>();

  private constructor(
    private readonly child: ChildProcess,
    readonly mint: Mint,
  ) {
    child.on('message', ({ signal }: Heard) => {
      if (signal !== undefined) this.#listeners.get(signal.session)?.(signal);
    });
  }

  /** With a file "large.ts" of so many bytes. */
  static async start(options: WorldOptions, bytes: number): Promise<NodeProcess> {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options), String(bytes)]);
    const [{ secret }] = (await within('the node is there', once(child, 'message'))) as [Heard];
    return new NodeProcess(child, new Mint('k1', secret));
  }

  get residentBytes(): number {
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) * 1024;
  }

  get cpuSeconds(): number {
    return cpuSecondsOf(this.child);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  #tell(said: Said): void {
    if (this.child.connected) this.child.send(said);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , options = '{}', bytes = '0'] = process.argv;
  const world = await World.create(JSON.parse(options) as WorldOptions);
  world.put('large.ts', randomBytes(Number(bytes)));
  process.on('message', ({ listen, say }: Said) => {
    if (listen !== undefined) world.signaling.listen(listen, (signal) => process.connected && process.send?.({ signal }));
    if (say !== undefined) world.signaling.say(say);
  });
  process.once('disconnect', () => process.exit());
  process.send?.({ secret: world.mint.secret });
}
