import type { NodeMessage, RequestError } from '@eventtorrent/protocol';

/** Segments are a few megabytes; what claims to be more is not taken into memory. */
const maxFileBytes = 256 * 1024 * 1024;

export type TransferError = RequestError | 'too-large' | 'broken' | 'cancelled' | 'closed';

export class NotTransferred extends Error {
  override readonly name = 'NotTransferred';

  constructor(readonly code: TransferError) {
    super(code);
  }
}

export type Progress = { readonly received: number; readonly size: number };

/** One file on its way, over as many connections as it takes: what has come is kept, and asked for no more. */
export class Transfer {
  readonly done: Promise<Uint8Array>;
  #resolve: (bytes: Uint8Array) => void = () => undefined;
  #reject: (error: NotTransferred) => void = () => undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #received = 0;
  #etag: string | null = null;

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

  /** Where the next response is to begin. */
  get from(): { readonly offset: number; readonly etag: string | null } {
    return { offset: this.#received, etag: this.#etag };
  }

  startAgain(): void {
    this.#buffer = undefined;
    this.#received = 0;
    this.#etag = null;
  }

  onHead({ size, offset, etag }: Extract<NodeMessage, { type: 'head' }>): void {
    if (size > maxFileBytes) return this.fail('too-large');
    if (offset !== this.#received || (this.#buffer !== undefined && size !== this.#buffer.byteLength)) return this.fail('broken');
    this.#buffer ??= new Uint8Array(size);
    this.#etag = etag;
    this.onProgress({ received: this.#received, size });
  }

  onBytes(payload: Uint8Array): void {
    if (this.#buffer === undefined || this.#received + payload.byteLength > this.#buffer.byteLength) return this.fail('broken');
    this.#buffer.set(payload, this.#received);
    this.#received += payload.byteLength;
    this.onProgress({ received: this.#received, size: this.#buffer.byteLength });
  }

  /** The hash is that of the whole file, over all connections. Without a secure context a browser can't compute it. */
  async onEnd(sha256: string): Promise<void> {
    const bytes = this.#buffer;
    if (bytes === undefined || this.#received !== bytes.byteLength) return this.fail('broken');
    const subtle: SubtleCrypto | undefined = globalThis.crypto.subtle;
    const hash = subtle === undefined ? sha256 : hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
    if (hash === sha256) this.#resolve(bytes);
    else this.fail('broken');
  }

  fail(code: TransferError): void {
    this.#reject(new NotTransferred(code));
  }
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
