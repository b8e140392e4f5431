import { limits, parseViewerMessage, type CloseReason, type NodeMessage, type RequestError, type ViewerMessage } from '@eventtorrent/protocol';
import type { Clock } from './clock.js';
import { reasonOf, type Log } from './log.js';
import type { Metrics } from './metrics.js';
import { Response } from './response.js';
import type { StreamFiles } from './stream-files.js';
import type { Ticket, TicketKeys } from './ticket-keys.js';
import { TokenBucket } from './token-bucket.js';
import type { Channel } from './transport.js';
import type { Lane, Uplink } from './uplink.js';

export type Services = {
  readonly files: StreamFiles;
  readonly keys: TicketKeys;
  readonly uplink: Uplink;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
};

/** hls.js asks for a few files a second; seeking back and forth by hand for some more. */
const messagesPerSecond = 64;
const messageBurst = 256;
/** Answers that a viewer does not read, beside the frames. */
const maxUnreadBytes = 2 * limits.inFlightBytes;
/** For how long a channel is open whose ticket is over: the viewer's next request says so, and it renews. */
const ticketGraceMs = 30_000;

/**
 * One viewer's data channel.
 * - At most 8 requests are open, and of each one frame is read ahead: memory is bounded whatever the viewer does or leaves undone.
 * - A request that was cancelled sends nothing more from that moment; what the transport has already still comes.
 * - Whatever no viewer of ours would say closes the channel.
 */
export class ViewerChannel implements Lane {
  /** Open requests in the order of their turns; one without a response is still being opened. */
  readonly #requests = new Map<number, Response | undefined>();
  readonly #messages: TokenBucket;
  #lastId = 0;
  #heardAt: number;
  #closed = false;

  constructor(
    private readonly channel: Channel,
    private ticket: Ticket,
    private readonly services: Services,
    private readonly ended: () => void,
  ) {
    this.#heardAt = services.clock.monotonic();
    this.#messages = new TokenBucket(messagesPerSecond, messageBurst, this.#heardAt);
    services.uplink.add(ticket.claims.sub, this);
    channel.listen({
      text: (message) => this.#onText(message),
      binary: () => this.close('malformed'),
      drained: () => services.uplink.pump(),
      closed: () => this.#end(),
    });
  }

  /** When the viewer last said something, by the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  sendFrame(): number {
    if (this.#closed || this.channel.buffered() + limits.frameBytes > limits.inFlightBytes) return 0;
    for (const [id, response] of this.#requests) {
      const frame = response?.ready;
      if (response === undefined || frame === undefined) continue;
      // To the end of the line.
      this.#requests.delete(id);
      if (frame.bytes.byteLength > 0) this.channel.sendBinary(frame.bytes);
      if (frame.sha256 === undefined) {
        this.#requests.set(id, response);
        this.#prepare(response);
      } else {
        this.#say({ type: 'end', id, sha256: frame.sha256 });
        this.#release(response);
        this.#count('served');
      }
      this.services.metrics.add('eventtorrent_peer_sent_bytes_total', frame.bytes.byteLength);
      return Math.max(1, frame.bytes.byteLength);
    }
    return 0;
  }

  /** Called once a second. */
  watch(): void {
    const { clock, keys } = this.services;
    if (clock.monotonic() - this.#heardAt > limits.nodeSilenceMs) return this.close('idle');
    if (!keys.isGood(this.ticket) && clock.unix() - this.ticket.claims.exp * 1000 > ticketGraceMs) this.close('ticket-expired');
  }

  /** Says why, if the viewer still reads; its owner closes the connection a little later. */
  close(code: CloseReason): void {
    if (this.#closed) return;
    this.#say({ type: 'closing', code });
    this.services.metrics.add('eventtorrent_peer_closed_total', 1, code);
    this.services.log.info('channel-closed', { task: this.ticket.claims.task, reason: code });
    this.#end();
  }

  /** Its connection is no more. */
  gone(): void {
    this.#end();
  }

  #onText(message: string): void {
    if (this.#closed) return;
    const now = this.services.clock.monotonic();
    if (this.#messages.waitMs(now) > 0) return this.close('flood');
    this.#messages.take(1);
    if (this.channel.buffered() > maxUnreadBytes) return this.close('slow');
    const parsed = parseViewerMessage(message);
    if (!parsed.ok) {
      this.services.log.warn('message-refused', parsed.error);
      return this.close('malformed');
    }
    this.#heardAt = now;
    this.#onMessage(parsed.value);
  }

  #onMessage(message: ViewerMessage): void {
    switch (message.type) {
      case 'get':
        return this.#get(message);
      case 'cancel':
        return this.#cancel(message.id);
      case 'ping':
        return this.#say({ type: 'pong', n: message.n });
      case 'renew':
        return this.#renew(message.ticket);
    }
  }

  #get({ id, file, name, offset, etag, range }: Extract<ViewerMessage, { type: 'get' }>): void {
    if (id <= this.#lastId) return this.close('malformed');
    this.#lastId = id;
    if (this.#requests.size >= limits.requests) return this.#fail(id, 'too-many');
    if (!this.services.keys.isGood(this.ticket)) return this.#fail(id, 'ticket-expired');
    this.#requests.set(id, undefined);
    void this.services.files.open(this.ticket.claims.task, file, name).then((opened) => {
      if (!opened.ok) return this.#requests.has(id) ? this.#fail(id, opened.error) : undefined;
      const served = opened.value;
      const response = new Response(id, served, offset, range);
      const refusal = etag !== null && etag !== served.etag ? 'changed' : response.isPossible ? undefined : 'bad-offset';
      if (refusal !== undefined || !this.#requests.has(id)) {
        this.#release(response);
        return refusal === undefined ? undefined : this.#fail(id, refusal);
      }
      this.#requests.set(id, response);
      this.#say({ type: 'head', id, size: served.size, offset, etag: served.etag });
      this.#prepare(response);
    });
  }

  #prepare(response: Response): void {
    response.prepare().then(
      (whole) => (whole ? this.services.uplink.pump() : this.#break(response, 'file-shrank')),
      (thrown: unknown) => this.#break(response, reasonOf(thrown)),
    );
  }

  #break(response: Response, reason: string): void {
    if (this.#requests.get(response.id) !== response) return;
    this.services.log.error('read-failed', { task: this.ticket.claims.task, reason });
    this.#release(response);
    this.#fail(response.id, 'read-failed');
  }

  #cancel(id: number): void {
    const response = this.#requests.get(id);
    if (!this.#requests.delete(id)) return;
    if (response !== undefined) this.#release(response);
    this.#count('cancelled');
  }

  #renew(token: string): void {
    const verified = this.services.keys.verify(token);
    if (!verified.ok) return this.#say({ type: 'refused', code: verified.error });
    const mine = this.ticket.claims;
    const { task, volume, sub, dtls, exp } = verified.value.claims;
    if (task !== mine.task || volume !== mine.volume || sub !== mine.sub || dtls !== mine.dtls) {
      return this.#say({ type: 'refused', code: 'ticket-foreign' });
    }
    this.ticket = verified.value;
    this.#say({ type: 'renewed', expires: exp });
  }

  #fail(id: number, code: RequestError): void {
    this.#requests.delete(id);
    if (this.#closed) return;
    this.#count(code);
    this.#say({ type: 'error', id, code });
  }

  #count(outcome: string): void {
    this.services.metrics.add('eventtorrent_peer_requests_total', 1, outcome);
  }

  #say(message: NodeMessage): void {
    if (!this.#closed) this.channel.sendText(JSON.stringify(message));
  }

  #release(response: Response): void {
    response.close().catch((thrown: unknown) => this.services.log.warn('file-not-closed', { reason: reasonOf(thrown) }));
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.services.uplink.remove(this.ticket.claims.sub, this);
    for (const response of this.#requests.values()) if (response !== undefined) this.#release(response);
    this.#requests.clear();
    this.ended();
  }
}
