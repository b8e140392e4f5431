import type { NodeMessage, RequestError } from '@eventtorrent/protocol';

/** Segments are a few megabytes; what claims to be more is not taken into memory. */
const maxFileBytes = 256 * 1024 * 1024;
/** Stripes of one transfer whose hash was wrong, until it is given up. */
const maxBroken = 2;

export type TransferError = RequestError | 'too-large' | 'broken' | 'cancelled' | 'closed';

export class NotTransferred extends Error {
  override readonly name = 'NotTransferred';

  constructor(readonly code: TransferError) {
    super(code);
  }
}

export type Progress = { readonly received: number; readonly size: number };

/** A piece of a file. What has come of it is kept when its connection is lost, and asked for no more. */
export class Stripe {
  received = 0;

  constructor(
    readonly transfer: Transfer,
    readonly from: number,
    readonly to: number,
  ) {}

  /** Where the next response is to begin. */
  get offset(): number {
    return this.from + this.received;
  }
}

/** One file on its way in stripes, over as many connections as there are or as it takes. */
export class Transfer {
  readonly done: Promise<Uint8Array>;
  #resolve: (bytes: Uint8Array) => void = () => undefined;
  #reject: (error: NotTransferred) => void = () => undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #etag: string | null = null;
  /** Where the next stripe is cut. */
  #cut = 0;
  #cuts = 0;
  #received = 0;
  #broken = 0;
  #over = false;
  /** Asked for, and not whole yet. */
  readonly #asked = new Set<Stripe>();
  /** Whole, their hash being computed. */
  readonly #checking = new Set<Stripe>();
  /** To be asked for again. */
  #again: Stripe[] = [];
  /** Asked for before the size was known, and beyond it, as it seemed. */
  #refused: Stripe[] = [];

  constructor(
    readonly file: number,
    readonly name: string,
    private readonly onProgress: (progress: Progress) => void,
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get etag(): string | null {
    return this.#etag;
  }

  /** How many stripes were cut. */
  get cuts(): number {
    return this.#cuts;
  }

  get size(): number | undefined {
    return this.#buffer?.byteLength;
  }

  /** The next stripe to ask for, of so many bytes; nothing when all is asked for, or as many stripes as may be under way. */
  take(bytes: number, most: number, mostBeforeSize: number): Stripe | undefined {
    if (this.#over || this.#asked.size >= (this.size === undefined ? mostBeforeSize : most)) return undefined;
    const stripe = this.#again.shift() ?? this.#cutNext(bytes);
    if (stripe !== undefined) this.#asked.add(stripe);
    return stripe;
  }

  /** Its connection is lost. */
  giveBack(stripe: Stripe): void {
    if (this.#asked.delete(stripe)) this.#again.push(stripe);
  }

  /** It begins beyond the end, as the node has it. False when that can't be: the file is another one than it was. */
  refuse(stripe: Stripe): boolean {
    if (stripe.from === 0 || stripe.received > 0 || (this.size !== undefined && stripe.from < this.size)) return false;
    if (this.#asked.delete(stripe) && this.size === undefined) this.#refused.push(stripe);
    this.#finish();
    return true;
  }

  /** False when the file is another one than it was. */
  onHead(stripe: Stripe, { size, offset, etag }: Extract<NodeMessage, { type: 'head' }>): boolean {
    if (!this.#asked.has(stripe)) return true;
    if (size > maxFileBytes || offset !== stripe.offset) {
      this.fail(size > maxFileBytes ? 'too-large' : 'broken');
      return true;
    }
    if (this.#buffer === undefined) {
      this.#buffer = new Uint8Array(size);
      this.#etag = etag;
      this.#again.push(...this.#refused.splice(0).filter(({ from }) => from < size));
    }
    this.#tell();
    return size === this.size && etag === this.#etag;
  }

  onBytes(stripe: Stripe, payload: Uint8Array): void {
    if (!this.#asked.has(stripe)) return;
    if (this.#buffer === undefined || stripe.offset + payload.byteLength > this.#endOf(stripe)) return this.fail('broken');
    this.#buffer.set(payload, stripe.offset);
    stripe.received += payload.byteLength;
    this.#received += payload.byteLength;
    this.#tell();
  }

  /** The hash is that of the stripe, over all connections. Without a secure context a browser can't compute it. */
  async onEnd(stripe: Stripe, sha256: string): Promise<void> {
    const bytes = this.#buffer;
    if (!this.#asked.delete(stripe)) return;
    if (bytes === undefined || stripe.offset !== this.#endOf(stripe)) return this.fail('broken');
    this.#checking.add(stripe);
    const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
    const hash = subtle === undefined ? sha256 : hex(new Uint8Array(await subtle.digest('SHA-256', bytes.subarray(stripe.from, stripe.offset))));
    if (!this.#checking.delete(stripe)) return;
    if (hash !== sha256) {
      if (++this.#broken > maxBroken) return this.fail('broken');
      this.#received -= stripe.received;
      stripe.received = 0;
      this.#again.push(stripe);
    }
    this.#finish();
  }

  startAgain(): void {
    this.#forget();
    this.#buffer = undefined;
    this.#etag = null;
    this.#cut = 0;
    this.#cuts = 0;
    this.#received = 0;
  }

  fail(code: TransferError): void {
    this.#over = true;
    this.#forget();
    this.#reject(new NotTransferred(code));
  }

  #finish(): void {
    if (this.#buffer === undefined || this.#cut < this.#buffer.byteLength || this.#asked.size + this.#checking.size + this.#again.length > 0) return;
    this.#over = true;
    this.#resolve(this.#buffer);
  }

  #cutNext(bytes: number): Stripe | undefined {
    const to = Math.min(this.#cut + bytes, this.size ?? Infinity);
    if (this.#cut > 0 && this.#cut >= to) return undefined;
    const stripe = new Stripe(this, this.#cut, Math.max(to, 1));
    this.#cut = stripe.to;
    this.#cuts++;
    return stripe;
  }

  #endOf(stripe: Stripe): number {
    return Math.min(stripe.to, this.size ?? stripe.to);
  }

  #forget(): void {
    this.#asked.clear();
    this.#checking.clear();
    this.#again = [];
    this.#refused = [];
  }

  #tell(): void {
    this.onProgress({ received: this.#received, size: this.size ?? 0 });
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
