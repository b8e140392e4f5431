import { limits } from '@eventtorrent/protocol';

/** So many times what is played must come in, or another connection is tried. */
const enough = 1.5;
/** So many times with one connection fewer, for so long, and there is one fewer. */
const plenty = 2.5;
const plentyForMs = 30_000;
/** Before a measurement counts. */
const busyForMs = 2000;
/** What more connections must bring to be kept, and for how long they are not tried again when they did not. */
const gain = 1.15;
const firstRestMs = 60_000;
const lastRestMs = 600_000;

export type Measured = { readonly bytesPerSecond: number; readonly busyMs: number };

/**
 * How many connections to have. On a way that loses packets n of them carry n times what one does; where the node's uplink is the limit
 * they carry nothing more, and go again.
 */
export class ConnectionCount {
  #count = 1;
  #trial: { readonly count: number; readonly bytesPerSecond: number } | undefined;
  #failed = 0;
  #restUntil = 0;
  #plentySince: number | undefined;

  get value(): number {
    return this.#count;
  }

  /** Called about once a second while all of them are connected; `needed` is what playing takes, in bytes a second. */
  decide(now: number, { bytesPerSecond, busyMs }: Measured, needed: number): number {
    if (busyMs < busyForMs || needed === 0) return this.#count;
    const trial = this.#trial;
    this.#trial = undefined;
    if (trial !== undefined && bytesPerSecond < trial.bytesPerSecond * gain) return this.#goBack(now, trial.count);
    if (trial !== undefined) this.#failed = 0;
    if (bytesPerSecond < enough * needed) return this.#grow(now, bytesPerSecond, needed);
    return this.#shrink(now, (bytesPerSecond * (this.#count - 1)) / this.#count, needed);
  }

  /** One of them could not be opened. */
  giveUp(now: number): number {
    const to = this.#trial?.count ?? Math.max(1, this.#count - 1);
    this.#trial = undefined;
    return this.#goBack(now, to);
  }

  #goBack(now: number, count: number): number {
    this.#restUntil = now + Math.min(lastRestMs, firstRestMs * 2 ** this.#failed++);
    return (this.#count = count);
  }

  #grow(now: number, bytesPerSecond: number, needed: number): number {
    this.#plentySince = undefined;
    if (now < this.#restUntil || this.#count === limits.connections) return this.#count;
    this.#trial = { count: this.#count, bytesPerSecond };
    const wanted = Math.ceil((this.#count * enough * needed) / Math.max(1, bytesPerSecond));
    return (this.#count = Math.min(limits.connections, Math.max(this.#count + 1, wanted)));
  }

  #shrink(now: number, withOneFewer: number, needed: number): number {
    if (withOneFewer < plenty * needed) this.#plentySince = undefined;
    else if (now - (this.#plentySince ??= now) >= plentyForMs) {
      this.#plentySince = undefined;
      this.#count--;
    }
    return this.#count;
  }
}
