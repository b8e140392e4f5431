import { createHash } from 'node:crypto';
import { frameHeaderBytes, limits, maxPayloadBytes, writeFrameHeader, type ByteRange } from '@eventtorrent/protocol';
import type { ServedFile } from './stream-files.js';

export type Frame = { readonly bytes: Uint8Array; readonly sha256: string | undefined };

/** One response: reads one frame ahead, and hashes its range from the first byte, also when the response begins later. */
export class Response {
  readonly #hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafe(limits.frameBytes);
  readonly #end: number;
  #at: number;
  #ready: Frame | undefined;
  #closed = false;

  constructor(
    readonly id: number,
    private readonly file: ServedFile,
    private readonly offset: number,
    range: ByteRange | null,
  ) {
    this.#at = range?.from ?? 0;
    this.#end = Math.min(range?.to ?? file.size, file.size);
  }

  /** Whether it begins within its range, and not so far into it that reading the rest for the hash would be a way to keep the node busy. */
  get isPossible(): boolean {
    return this.#at <= this.offset && this.offset <= Math.min(this.#end, this.#at + limits.resumeBytes);
  }

  /** Taken at most once; then the next is prepared. */
  get ready(): Frame | undefined {
    return this.#ready;
  }

  /**
   * Makes the next frame ready; false at an end that came too early, as the file is not what it was. The bytes of a frame are
   * overwritten by the next call.
   */
  async prepare(): Promise<boolean> {
    this.#ready = undefined;
    for (;;) {
      const sending = this.#at >= this.offset;
      const wanted = Math.min(maxPayloadBytes, (sending ? this.#end : this.offset) - this.#at);
      const { bytesRead } = wanted > 0 ? await this.file.handle.read(this.#buffer, frameHeaderBytes, wanted, this.#at) : { bytesRead: 0 };
      if (this.#closed) return true;
      if (wanted > 0 && bytesRead === 0) return false;
      this.#at += bytesRead;
      this.#hash.update(this.#buffer.subarray(frameHeaderBytes, frameHeaderBytes + bytesRead));
      if (!sending) continue;
      const last = this.#at >= this.#end;
      writeFrameHeader(this.#buffer, this.id, last);
      const bytes = this.#buffer.subarray(0, bytesRead === 0 ? 0 : frameHeaderBytes + bytesRead);
      this.#ready = { bytes, sha256: last ? this.#hash.digest('hex') : undefined };
      return true;
    }
  }

  /** Waits for a read that is under way. */
  close(): Promise<void> {
    this.#closed = true;
    this.#ready = undefined;
    return this.file.handle.close();
  }
}
