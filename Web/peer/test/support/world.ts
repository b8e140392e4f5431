import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignalFromNode, SignalToNode } from '@eventtorrent/protocol';
import { systemClock, type Clock } from '../../src/clock.js';
import { Log } from '../../src/log.js';
import { Metrics } from '../../src/metrics.js';
import { NodeDataChannelTransport } from '../../src/node-datachannel.js';
import { PeerNode } from '../../src/peer-node.js';
import type { Signaling } from '../../src/signaling.js';
import { StreamFiles } from '../../src/stream-files.js';
import { TicketKeys } from '../../src/ticket-keys.js';
import type { Channel, ChannelEvents, Transport } from '../../src/transport.js';
import { Uplink } from '../../src/uplink.js';
import { Mint, task, volume, writeKeys } from './tickets.js';

/** Signaling within one process: what is said to a session is heard by whoever listens for it. */
export class MemorySignaling implements Signaling {
  readonly #viewers = new Map<string, (signal: SignalFromNode) => void>();
  #toNode: (signal: SignalToNode) => void = () => undefined;

  start(onSignal: (signal: SignalToNode) => void): void {
    this.#toNode = onSignal;
  }

  send(signal: SignalFromNode): void {
    this.#viewers.get(signal.session)?.(signal);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  listen(session: string, onSignal: (signal: SignalFromNode) => void): void {
    this.#viewers.set(session, onSignal);
  }

  say(signal: SignalToNode): void {
    this.#toNode(signal);
  }
}

/** Clocks that can be put forward, each for itself. */
export class ShiftedClock implements Clock {
  unixAheadMs = 0;
  monotonicAheadMs = 0;
  readonly unix = (): number => systemClock.unix() + this.unixAheadMs;
  #heldAt: number | undefined;
  #pace = { since: 0, from: 0, times: 1 };
  readonly monotonic = (): number => this.#heldAt ?? this.#paced(systemClock.monotonic()) + this.monotonicAheadMs;

  /** From now on nothing becomes silent or overdue, however slow the machine is. */
  hold(): void {
    this.#heldAt = this.monotonic();
  }

  /** It goes on from where it was. */
  release(): void {
    if (this.#heldAt === undefined) return;
    this.monotonicAheadMs = this.#heldAt - this.#paced(systemClock.monotonic());
    this.#heldAt = undefined;
  }

  /** From now on the monotonic one goes so many times slower, and whatever is counted by it. */
  slow(times: number): void {
    const now = systemClock.monotonic();
    this.#pace = { since: now, from: this.#paced(now), times };
  }

  #paced(now: number): number {
    const { since, from, times } = this.#pace;
    return from + (now - since) / times;
  }
}

/** The real transport, with an eye on how much it was given, and gives. */
class WatchedTransport implements Transport {
  mostBuffered = 0;
  longestText = 0;

  constructor(private readonly real: Transport) {}

  readonly accept: Transport['accept'] = (offer, servers, events) =>
    this.real.accept(offer, servers, { ...events, channel: (channel) => events.channel(this.#watch(channel)) });

  stop(): void {
    this.real.stop();
  }

  #watch(channel: Channel): Channel {
    return {
      label: channel.label,
      buffered: () => channel.buffered(),
      sendText: (message) => channel.sendText(message),
      sendBinary: (bytes) => {
        channel.sendBinary(bytes);
        this.mostBuffered = Math.max(this.mostBuffered, channel.buffered());
      },
      listen: (events: ChannelEvents) =>
        channel.listen({
          text: (message) => {
            this.longestText = Math.max(this.longestText, message.length);
            events.text(message);
          },
          binary: () => events.binary(),
          drained: () => events.drained(),
          closed: () => events.closed(),
        }),
    };
  }
}

export type WorldOptions = {
  readonly maxSessions?: number;
  readonly uplinkBytesPerSecond?: number;
  readonly viewerBytesPerSecond?: number;
  readonly transport?: Transport;
  /** Of its own to use; loopback if not given. */
  readonly address?: string;
  readonly udpPorts?: { readonly first: number; readonly last: number };
  readonly relayOnly?: boolean;
};

/** What a viewer needs to know of its world. */
export type Surroundings = {
  readonly signaling: Pick<MemorySignaling, 'listen' | 'say'>;
  readonly clock: Clock;
  readonly mint: Mint;
  readonly lines: readonly string[];
};

/** A node with a volume and keys of its own, on loopback. */
export class World implements Surroundings {
  readonly folder = mkdtempSync(join(tmpdir(), 'eventtorrent-peer-'));
  readonly root = join(this.folder, 'volume');
  readonly keyFile = join(this.folder, 'keys.json');
  readonly mint = new Mint('k1');
  readonly clock = new ShiftedClock();
  readonly signaling = new MemorySignaling();
  readonly metrics = new Metrics();
  readonly lines: string[] = [];
  readonly log = new Log('debug', (line) => this.lines.push(line));
  readonly keys = new TicketKeys(this.keyFile, this.clock, this.log);
  readonly transport: WatchedTransport;
  readonly node: PeerNode;

  private constructor(options: WorldOptions, transport: Transport) {
    mkdirSync(this.stream(), { recursive: true });
    this.transport = new WatchedTransport(transport);
    const uplink = new Uplink(options.uplinkBytesPerSecond ?? 0, options.viewerBytesPerSecond ?? 0, this.clock);
    const files = new StreamFiles(this.root, this.log);
    const { keys, metrics, clock, log } = this;
    this.node = new PeerNode({ volume, maxSessions: options.maxSessions ?? 64 }, this.transport, this.signaling, { files, keys, uplink, metrics, clock, log });
  }

  static async create(options: WorldOptions = {}): Promise<World> {
    const where = { udpPorts: options.udpPorts, bindAddress: options.address ?? '127.0.0.1', relayOnly: options.relayOnly ?? false };
    const world = new World(options, options.transport ?? new NodeDataChannelTransport(where, new Log('error', () => undefined)));
    await world.useKeys(world.mint);
    world.node.start();
    return world;
  }

  async useKeys(...mints: readonly Mint[]): Promise<void> {
    writeKeys(this.keyFile, ...mints);
    await this.keys.refresh();
  }

  /** Puts a file into the stream of the task's file 0, or of another. */
  put(name: string, content: string | Uint8Array, file = 0): void {
    mkdirSync(this.stream(file), { recursive: true });
    writeFileSync(join(this.stream(file), name), content);
  }

  stream(file = 0): string {
    return join(this.root, task, `${file}.hls`);
  }

  async stop(): Promise<void> {
    await this.node.stop();
    rmSync(this.folder, { recursive: true });
  }
}
