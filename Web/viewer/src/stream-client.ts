import { limits, type RequestError } from '@eventtorrent/protocol';
import { Connection, NotConnected, type ConnectionEnd } from './connection.js';
import type { TicketSource, ViewerSignaling } from './signaling.js';
import { Transfer, type Progress } from './transfer.js';

/** What a page shows of the connection. `reason` says why there is none. */
export type ClientState =
  | { readonly state: 'connecting'; readonly reason: ConnectionEnd | 'no-signaling' | undefined }
  | { readonly state: 'connected' }
  | { readonly state: 'closed' };

const firstRetryMs = 250;
const lastRetryMs = 5000;

/**
 * Files of one task's streams, from whatever connection there is. When one is lost the next is made at once, and every transfer goes
 * on at the byte where it was.
 */
export class StreamClient {
  /** Waiting for their turn, the oldest first. */
  readonly #waiting: Transfer[] = [];
  /** On the present connection, by the id of their request there. */
  readonly #running = new Map<Transfer, number>();
  #connection: Connection | undefined;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly signaling: ViewerSignaling,
    private readonly tickets: TicketSource,
    private readonly onState: (state: ClientState) => void = () => undefined,
  ) {}

  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Connects, again whenever it must, until it is closed. */
  async run(): Promise<void> {
    const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as AlgorithmIdentifier);
    let lost = 0;
    let reason: ConnectionEnd | 'no-signaling' | undefined;
    while (!this.#closed) {
      this.onState({ state: 'connecting', reason });
      try {
        const connection = await Connection.open(this.signaling, this.tickets, certificate);
        lost = 0;
        this.#connection = connection;
        this.onState({ state: 'connected' });
        if (this.#closed) connection.close();
        this.#send();
        reason = await connection.ended;
      } catch (thrown) {
        reason = thrown instanceof NotConnected ? thrown.reason : 'no-signaling';
      }
      this.#connection = undefined;
      this.#waiting.unshift(...this.#running.keys());
      this.#running.clear();
      if (!this.#closed && lost++ > 0) await this.#pause(Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(lost - 2, 10)));
    }
    this.onState({ state: 'closed' });
  }

  /** Rejects with NotTransferred. */
  async get(file: number, name: string, signal?: AbortSignal, onProgress: (progress: Progress) => void = () => undefined): Promise<Uint8Array> {
    const transfer = new Transfer(file, name, onProgress);
    if (this.#closed) transfer.fail('closed');
    else if (signal?.aborted === true) transfer.fail('cancelled');
    else this.#waiting.push(transfer);
    const cancel = (): void => this.#stop(transfer);
    signal?.addEventListener('abort', cancel);
    this.#send();
    try {
      return await transfer.done;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#remove(transfer);
      this.#send();
    }
  }

  close(): void {
    this.#closed = true;
    for (const transfer of [...this.#waiting, ...this.#running.keys()]) transfer.fail('closed');
    this.#connection?.close();
    this.#wake();
  }

  #send(): void {
    const connection = this.#connection;
    while (connection !== undefined && connection.openRequests < limits.requests) {
      const transfer = this.#waiting.shift();
      if (transfer === undefined) return;
      const { offset, etag } = transfer.from;
      const id = connection.request(transfer.file, transfer.name, offset, etag, {
        head: (head) => transfer.onHead(head),
        bytes: (payload) => transfer.onBytes(payload),
        end: (sha256) => void transfer.onEnd(sha256),
        error: (code) => this.#onError(transfer, code),
      });
      this.#running.set(transfer, id);
    }
  }

  #onError(transfer: Transfer, code: RequestError): void {
    const { offset } = transfer.from;
    // What was begun is gone or was changed by the transcoder: from the beginning, but only once for each beginning.
    if (offset > 0 && (code === 'changed' || code === 'bad-offset')) {
      this.#running.delete(transfer);
      transfer.startAgain();
      this.#waiting.unshift(transfer);
      this.#send();
    } else if (code === 'ticket-expired') {
      // A new connection brings a new ticket, and the transfers with it.
      this.#connection?.close();
    } else {
      transfer.fail(code);
    }
  }

  #stop(transfer: Transfer): void {
    const id = this.#running.get(transfer);
    if (id !== undefined) this.#connection?.cancel(id);
    transfer.fail('cancelled');
  }

  #remove(transfer: Transfer): void {
    this.#running.delete(transfer);
    const at = this.#waiting.indexOf(transfer);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
