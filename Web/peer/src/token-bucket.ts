/**
 * So many units a second, and a burst after a pause. What is taken may go below zero by one take, so that a take is never split;
 * the debt is waited for. A rate of 0 is no limit.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
    this.#at = nowMs;
  }

  /** Milliseconds until something may be taken; 0 is now. */
  waitMs(nowMs: number): number {
    if (this.#perSecond === 0) return 0;
    this.#level = Math.min(this.#burst, this.#level + ((nowMs - this.#at) * this.#perSecond) / 1000);
    this.#at = nowMs;
    return this.#level > 0 ? 0 : Math.max(1, (-this.#level * 1000) / this.#perSecond);
  }

  take(units: number): void {
    if (this.#perSecond !== 0) this.#level -= units;
  }
}
