/** After so long of being busy, what was measured before counts for a third. */
const memoryMs = 5000;

/**
 * Bytes a second while something is under way. The pauses between segments, in which a player wants nothing, and the round trip
 * before the first byte do not count.
 */
export class Throughput {
  #bytes = 0;
  #ms = 0;
  #busy = 0;
  #at = 0;

  /** A transfer has begun to come in. */
  begin(now: number): void {
    this.#pass(now);
    this.#busy++;
  }

  end(now: number): void {
    this.#pass(now);
    this.#busy--;
  }

  add(bytes: number, now: number): void {
    this.#pass(now);
    this.#bytes += bytes;
  }

  /** The conditions are others from now on. */
  restart(now: number): void {
    this.#pass(now);
    this.#bytes = this.#ms = 0;
  }

  measure(now: number): { readonly bytesPerSecond: number; readonly busyMs: number } {
    this.#pass(now);
    return { bytesPerSecond: this.#ms > 0 ? (this.#bytes * 1000) / this.#ms : 0, busyMs: this.#ms };
  }

  #pass(now: number): void {
    const passed = this.#busy > 0 ? Math.max(0, now - this.#at) : 0;
    this.#at = now;
    const kept = Math.exp(-passed / memoryMs);
    this.#bytes *= kept;
    this.#ms = this.#ms * kept + passed;
  }
}
