import { limits } from '@eventtorrent/protocol';
import type { Clock } from './clock.js';
import { TokenBucket } from './token-bucket.js';

/** One connection's share of the uplink. */
export interface Lane {
  /** Sends one frame, if one is ready and the transport has room; the bytes that went out, or 0. */
  sendFrame(): number;
}

type Viewer = { readonly bucket: TokenBucket; readonly lanes: Lane[] };

/**
 * Who may send next. Viewers take turns frame by frame, whatever number of connections and requests each has; then the connections
 * of a viewer, then the requests of a connection. Over all of that, a bucket for each viewer and one for the whole.
 */
export class Uplink {
  readonly #viewers = new Map<string, Viewer>();
  readonly #whole: TokenBucket;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    bytesPerSecond: number,
    private readonly viewerBytesPerSecond: number,
    private readonly clock: Clock,
  ) {
    this.#whole = new TokenBucket(bytesPerSecond, burstOf(bytesPerSecond), clock.monotonic());
  }

  add(viewer: string, lane: Lane): void {
    let entry = this.#viewers.get(viewer);
    if (entry === undefined) {
      const bucket = new TokenBucket(this.viewerBytesPerSecond, burstOf(this.viewerBytesPerSecond), this.clock.monotonic());
      entry = { bucket, lanes: [] };
      this.#viewers.set(viewer, entry);
    }
    entry.lanes.push(lane);
  }

  remove(viewer: string, lane: Lane): void {
    const entry = this.#viewers.get(viewer);
    const at = entry?.lanes.indexOf(lane) ?? -1;
    if (entry === undefined || at < 0) return;
    entry.lanes.splice(at, 1);
    if (entry.lanes.length === 0) this.#viewers.delete(viewer);
  }

  /** A frame has become ready, or a transport has room again. */
  pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    let wait = 0;
    let sent = true;
    while (sent) {
      sent = false;
      wait = Infinity;
      for (const [name, viewer] of [...this.#viewers]) {
        const now = this.clock.monotonic();
        const pause = Math.max(this.#whole.waitMs(now), viewer.bucket.waitMs(now));
        if (pause > 0) {
          wait = Math.min(wait, pause);
        } else if (this.#sendOne(viewer)) {
          sent = true;
          // To the end of the line: a round that ends for want of tokens goes on with the next one.
          if (this.#viewers.delete(name)) this.#viewers.set(name, viewer);
        }
      }
    }
    if (wait !== Infinity) this.#timer = setTimeout(() => this.pump(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#viewers.clear();
  }

  #sendOne(viewer: Viewer): boolean {
    for (const lane of [...viewer.lanes]) {
      const bytes = lane.sendFrame();
      if (bytes === 0) continue;
      this.#whole.take(bytes);
      viewer.bucket.take(bytes);
      const at = viewer.lanes.indexOf(lane);
      if (at >= 0) viewer.lanes.push(...viewer.lanes.splice(at, 1));
      return true;
    }
    return false;
  }
}

/** A tenth of a second, but a frame at least. */
const burstOf = (bytesPerSecond: number): number => Math.max(limits.frameBytes, bytesPerSecond / 10);
