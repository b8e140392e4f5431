import { limits, type RequestError } from '@eventtorrent/protocol';
import { Connection } from './connection.js';
import { ConnectionCount } from './connection-count.js';
import { Demand, type Media } from './demand.js';
import { makeIdentity, type Identity } from './identity.js';
import { Link, type LinkEnd } from './link.js';
import type { TicketSource, ViewerSignaling } from './signaling.js';
import { Throughput } from './throughput.js';
import { TicketCache } from './ticket-cache.js';
import { Transfer, type Stripe, type Progress } from './transfer.js';

/** What a page shows of the connection. `reason` says why there is none. */
export type ClientState =
  | { readonly state: 'connecting'; readonly reason: LinkEnd | undefined }
  | { readonly state: 'connected' }
  | { readonly state: 'closed' };

export type ClientOptions = {
  /** Through TURN alone, so that the node does not learn this browser's addresses. */
  readonly relayOnly?: boolean;
};

export type GetOptions = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** What it is a segment of, so that the client knows how fast it must be. */
  readonly media?: Media | undefined;
};

/** Of a stripe, and stripes of one transfer under way, over one connection and for each of several. */
const alone = { bytes: limits.resumeBytes, stripes: 3 };
const striped = { bytes: 131_072, stripes: 2 };
const lookEveryMs = 1000;

/**
 * Files of one task's streams, over one connection, or up to four when one is too slow for what is played. A connection that is lost is
 * followed by another at once; every stripe that was under way goes on at the byte where it was, over whichever is there first.
 */
export class StreamClient {
  /** Not whole yet, in the order of their turns, with what they are segments of. */
  readonly #transfers = new Map<Transfer, Media | undefined>();
  readonly #links: Link[] = [];
  readonly #tickets: TicketCache;
  readonly #count = new ConnectionCount();
  readonly #throughput = new Throughput();
  readonly #demand = new Demand();
  /** Those that have begun to come in. */
  readonly #begun = new Set<Transfer>();
  #identity: Identity | undefined;
  #closed = false;

  constructor(
    private readonly signaling: ViewerSignaling,
    tickets: TicketSource,
    private readonly onState: (state: ClientState) => void = () => undefined,
    private readonly options: ClientOptions = {},
  ) {
    this.#tickets = new TicketCache(tickets);
  }

  /** One of those that are there. */
  get connection(): Connection | undefined {
    return this.#links.find(({ connection }) => connection !== undefined)?.connection;
  }

  /** How many there are. */
  get connections(): number {
    return this.#links.filter(({ connection }) => connection !== undefined).length;
  }

  /** What comes in while something is under way, and what playing takes, in bytes a second. */
  get rates(): { readonly throughput: number; readonly needed: number } {
    return { throughput: this.#throughput.measure(performance.now()).bytesPerSecond, needed: this.#demand.bytesPerSecond };
  }

  /** Connects, again whenever it must, until it is closed. */
  async run(): Promise<void> {
    this.#identity = await makeIdentity();
    this.onState({ state: 'connecting', reason: undefined });
    const look = setInterval(() => this.#look(), lookEveryMs);
    await this.#add();
    clearInterval(look);
    this.onState({ state: 'closed' });
  }

  /** Rejects with NotTransferred. */
  async get(file: number, name: string, { signal, onProgress = () => undefined, media }: GetOptions = {}): Promise<Uint8Array> {
    const transfer = new Transfer(file, name, onProgress);
    if (this.#closed) transfer.fail('closed');
    else if (signal?.aborted === true) transfer.fail('cancelled');
    else this.#transfers.set(transfer, media);
    const cancel = (): void => this.#stop(transfer);
    signal?.addEventListener('abort', cancel);
    this.#send();
    try {
      return await transfer.done;
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#remove(transfer);
    }
  }

  close(): void {
    this.#closed = true;
    for (const transfer of this.#transfers.keys()) transfer.fail('closed');
    for (const link of this.#links) link.stop();
  }

  async #add(): Promise<void> {
    const link = new Link(() => this.#open(), {
      // The others wait for the first, which finds out whether there is a way at all.
      mayConnect: (one) => one === this.#links[0] || this.connection !== undefined,
      connected: () => {
        if (this.connections === 1) this.onState({ state: 'connected' });
        this.#throughput.restart(performance.now());
        this.#send();
      },
      lost: (stripes, reason, hadOpened) => {
        if (reason === 'ticket-expired' || reason === 'ticket-foreign' || reason === 'ticket-invalid') this.#tickets.forget();
        for (const stripe of stripes) stripe.transfer.giveBack(stripe);
        this.#throughput.restart(performance.now());
        if (this.connection === undefined && !this.#closed) this.onState({ state: 'connecting', reason });
        if (!hadOpened && link !== this.#links[0]) this.#keep(this.#count.giveUp(performance.now()));
        this.#send();
      },
    });
    this.#links.push(link);
    if (this.#closed) link.stop();
    await link.run();
  }

  #open(): Promise<Connection> {
    if (this.#identity === undefined) throw new Error('not running');
    return Connection.open(this.signaling, this.#tickets.get, this.#identity, this.options.relayOnly === true);
  }

  #send(): void {
    for (;;) {
      const free = this.#links.filter(({ connection }) => connection !== undefined && connection.openRequests < limits.requests);
      const [first, ...others] = free;
      if (first === undefined) return;
      const link = others.reduce((best, other) => (openRequests(other) < openRequests(best) ? other : best), first);
      const stripe = this.#next();
      if (stripe === undefined) return;
      this.#ask(link, stripe);
    }
  }

  /** Transfers take turns, so that a playlist does not wait for a segment. */
  #next(): Stripe | undefined {
    const { connections } = this;
    const { bytes, stripes } = connections > 1 ? striped : alone;
    for (const [transfer, media] of this.#transfers) {
      // Those that begin together end one after another: else the node would have nothing to send until it is asked for the next.
      const stripe = transfer.take(Math.ceil(bytes * Math.min(1, (transfer.cuts + 1) / stripes)), stripes * connections, connections);
      if (stripe === undefined) continue;
      this.#transfers.delete(transfer);
      this.#transfers.set(transfer, media);
      return stripe;
    }
    return undefined;
  }

  #ask(link: Link, stripe: Stripe): void {
    const { transfer, from, to, offset } = stripe;
    const id = link.connection?.request({ file: transfer.file, name: transfer.name, offset, etag: transfer.etag, range: { from, to } }, {
      head: (head) => {
        if (transfer.onHead(stripe, head)) this.#begin(transfer, head.size);
        else this.#startAgain(transfer);
        this.#send();
      },
      bytes: (payload) => {
        this.#throughput.add(payload.byteLength, performance.now());
        transfer.onBytes(stripe, payload);
      },
      end: (sha256) => {
        link.settle(stripe);
        // A stripe that came broken is asked for again.
        void transfer.onEnd(stripe, sha256).then(() => this.#send());
        this.#send();
      },
      error: (code) => this.#onError(link, stripe, code),
    });
    if (id !== undefined) link.asked(stripe, id);
  }

  #begin(transfer: Transfer, size: number): void {
    if (!this.#transfers.has(transfer) || this.#begun.has(transfer)) return;
    this.#begun.add(transfer);
    const media = this.#transfers.get(transfer);
    if (media !== undefined) this.#demand.note(media, size);
    this.#throughput.begin(performance.now());
  }

  #onError(link: Link, stripe: Stripe, code: RequestError): void {
    const { transfer } = stripe;
    link.settle(stripe);
    if (code === 'ticket-expired') {
      // A new connection brings a new ticket, and goes on with what was under way.
      transfer.giveBack(stripe);
      this.#tickets.forget();
      link.connection?.close();
    } else if (code === 'bad-offset' && transfer.refuse(stripe)) {
      this.#send();
    } else if (stripe.offset > 0 && (code === 'changed' || code === 'bad-offset')) {
      this.#startAgain(transfer);
    } else {
      transfer.fail(code);
    }
  }

  /** What was begun is gone or was changed by the transcoder: from the beginning. */
  #startAgain(transfer: Transfer): void {
    for (const link of this.#links) link.cancel((stripe) => stripe.transfer === transfer);
    transfer.startAgain();
    this.#send();
  }

  #stop(transfer: Transfer): void {
    for (const link of this.#links) link.cancel((stripe) => stripe.transfer === transfer);
    transfer.fail('cancelled');
  }

  #remove(transfer: Transfer): void {
    for (const link of this.#links) link.cancel((stripe) => stripe.transfer === transfer);
    if (this.#begun.delete(transfer)) this.#throughput.end(performance.now());
    this.#transfers.delete(transfer);
    this.#send();
  }

  /** Whether the connections are too few or too many. */
  #look(): void {
    const now = performance.now();
    if (this.connections !== this.#count.value) return;
    this.#keep(this.#count.decide(now, this.#throughput.measure(now), this.#demand.bytesPerSecond));
  }

  #keep(count: number): void {
    while (this.#links.length < count) void this.#add();
    for (const link of this.#links.splice(count)) link.stop();
  }
}

const openRequests = ({ connection }: Link): number => connection?.openRequests ?? Infinity;
