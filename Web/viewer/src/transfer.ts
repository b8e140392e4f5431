import type { NodeMessage, RequestError } from '@eventtorrent/protocol';

/** Segments are a few megabytes; what claims to be more is not taken into memory. */
const maxFileBytes = 256 * 1024 * 1024;
/** Parts of one transfer whose hash was wrong, until it is given up. */
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
export class Part {
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

/** One file on its way in parts, over as many connections as there are or as it takes. */
export class Transfer {
  readonly done: Promise<Uint8Array>;
  #resolve: (bytes: Uint8Array) => void = () => undefined;
  #reject: (error: NotTransferred) => void = () => undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #etag: string | null = null;
  /** Where the next part is cut. */
  #cut = 0;
  #received = 0;
  #broken = 0;
  #over = false;
  /** Asked for, and not whole yet. */
  readonly #asked = new Set<Part>();
  /** Whole, their hash being computed. */
  readonly #checking = new Set<Part>();
  /** To be asked for again. */
  #again: Part[] = [];
  /** Asked for before the size was known, and beyond it, as it seemed. */
  #refused: Part[] = [];

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

  get size(): number | undefined {
    return this.#buffer?.byteLength;
  }

  /** The next part to ask for, of so many bytes; nothing when all is asked for, or as many parts as may be under way. */
  take(bytes: number, most: number, mostBeforeSize: number): Part | undefined {
    if (this.#over || this.#asked.size >= (this.size === undefined ? mostBeforeSize : most)) return undefined;
    const part = this.#again.shift() ?? this.#cutNext(bytes);
    if (part !== undefined) this.#asked.add(part);
    return part;
  }

  /** Its connection is lost. */
  giveBack(part: Part): void {
    if (this.#asked.delete(part)) this.#again.push(part);
  }

  /** It begins beyond the end, as the node has it. False when that can't be: the file is another one than it was. */
  refuse(part: Part): boolean {
    if (part.from === 0 || part.received > 0 || (this.size !== undefined && part.from < this.size)) return false;
    if (this.#asked.delete(part) && this.size === undefined) this.#refused.push(part);
    this.#finish();
    return true;
  }

  /** False when the file is another one than it was. */
  onHead(part: Part, { size, offset, etag }: Extract<NodeMessage, { type: 'head' }>): boolean {
    if (!this.#asked.has(part)) return true;
    if (size > maxFileBytes || offset !== part.offset) {
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

  onBytes(part: Part, payload: Uint8Array): void {
    if (!this.#asked.has(part)) return;
    if (this.#buffer === undefined || part.offset + payload.byteLength > this.#endOf(part)) return this.fail('broken');
    this.#buffer.set(payload, part.offset);
    part.received += payload.byteLength;
    this.#received += payload.byteLength;
    this.#tell();
  }

  /** The hash is that of the part, over all connections. Without a secure context a browser can't compute it. */
  async onEnd(part: Part, sha256: string): Promise<void> {
    const bytes = this.#buffer;
    if (!this.#asked.delete(part)) return;
    if (bytes === undefined || part.offset !== this.#endOf(part)) return this.fail('broken');
    this.#checking.add(part);
    const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
    const hash = subtle === undefined ? sha256 : hex(new Uint8Array(await subtle.digest('SHA-256', bytes.subarray(part.from, part.offset))));
    if (!this.#checking.delete(part)) return;
    if (hash !== sha256) {
      if (++this.#broken > maxBroken) return this.fail('broken');
      this.#received -= part.received;
      part.received = 0;
      this.#again.push(part);
    }
    this.#finish();
  }

  startAgain(): void {
    this.#forget();
    this.#buffer = undefined;
    this.#etag = null;
    this.#cut = 0;
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

  #cutNext(bytes: number): Part | undefined {
    const to = Math.min(this.#cut + bytes, this.size ?? Infinity);
    if (this.#cut > 0 && this.#cut >= to) return undefined;
    const part = new Part(this, this.#cut, Math.max(to, 1));
    this.#cut = part.to;
    return part;
  }

  #endOf(part: Part): number {
    return Math.min(part.to, this.size ?? part.to);
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
