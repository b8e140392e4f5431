import { dtlsFingerprint, limits, channelLabel, type SignalError, type SignalToNode } from '@eventtorrent/protocol';
import { reasonOf } from './log.js';
import type { Signaling } from './signaling.js';
import type { Ticket } from './ticket-keys.js';
import type { Channel, Connection, Transport } from './transport.js';
import { ViewerChannel, type Services } from './viewer-channel.js';

/** From the offer to an open channel. */
const openingMs = 20_000;
/** For the last message of a channel to leave. */
const lingerMs = 1000;
const maxCandidates = 64;

type Session = {
  readonly id: string;
  readonly ticket: Ticket;
  readonly since: number;
  connection: Connection | undefined;
  viewer: ViewerChannel | undefined;
  candidates: number;
};

export type NodeOptions = { readonly volume: string; readonly maxSessions: number };

/** Answers offers, and holds the sessions that come of them. */
export class PeerNode {
  readonly #sessions = new Map<string, Session>();
  #watch: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(
    private readonly options: NodeOptions,
    private readonly transport: Transport,
    private readonly signaling: Signaling,
    private readonly services: Services,
  ) {}

  get sessions(): number {
    return this.#sessions.size;
  }

  start(): void {
    this.#watch = setInterval(() => this.#look(), 1000);
    this.signaling.start((signal) => this.#onSignal(signal));
  }

  /** Says goodbye to every viewer, waits until it is said, and closes everything. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#watch);
    const open = [...this.#sessions.values()];
    for (const session of open) session.viewer?.close('stopping');
    if (open.length > 0) await new Promise((resolve) => setTimeout(resolve, lingerMs));
    for (const session of open) this.#drop(session);
    await this.signaling.stop();
    this.services.uplink.stop();
    this.transport.stop();
  }

  #onSignal(signal: SignalToNode): void {
    switch (signal.type) {
      case 'offer': {
        const refusal = this.#accept(signal);
        this.services.metrics.add('eventtorrent_peer_offers_total', 1, refusal ?? 'accepted');
        if (refusal === undefined) return;
        this.services.log.info('offer-refused', { reason: refusal });
        return this.signaling.send({ type: 'error', session: signal.session, code: refusal });
      }
      case 'candidate':
        return this.#addCandidate(signal);
      case 'bye': {
        const session = this.#sessions.get(signal.session);
        if (session !== undefined) this.#drop(session);
      }
    }
  }

  #accept({ session: id, sdp, ticket, iceServers }: Extract<SignalToNode, { type: 'offer' }>): SignalError | undefined {
    if (this.#stopping) return 'node-offline';
    if (this.#sessions.has(id)) return 'bad-offer';
    const verified = this.services.keys.verify(ticket);
    if (!verified.ok) return verified.error;
    const { volume, dtls, task, sub } = verified.value.claims;
    if (volume !== this.options.volume || dtls !== dtlsFingerprint(sdp)) return 'ticket-foreign';
    this.#replaceQuietest(sub);
    if (this.#sessions.size >= this.options.maxSessions) return 'node-busy';

    const session: Session = {
      id, ticket: verified.value, since: this.services.clock.monotonic(), connection: undefined, viewer: undefined, candidates: 0,
    };
    this.#sessions.set(id, session);
    try {
      session.connection = this.transport.accept(sdp, iceServers, {
        answer: (answer) => this.signaling.send({ type: 'answer', session: id, sdp: answer }),
        candidate: (candidate, mid) => this.signaling.send({ type: 'candidate', session: id, candidate, mid }),
        channel: (channel) => this.#onChannel(session, channel),
        ended: () => this.#drop(session),
      });
    } catch (thrown) {
      this.#sessions.delete(id);
      this.services.log.warn('offer-not-understood', { reason: reasonOf(thrown) });
      return 'bad-offer';
    }
    this.services.log.info('session-opened', { session: id, task });
    return undefined;
  }

  #onChannel(session: Session, channel: Channel): void {
    if (session.viewer !== undefined || channel.label !== channelLabel) {
      this.services.log.warn('channel-refused', { session: session.id });
      return this.#drop(session);
    }
    const { local = 'unknown', remote = 'unknown' } = session.connection?.path() ?? {};
    this.services.metrics.add('eventtorrent_peer_channels_total', 1, local === 'relay' || remote === 'relay' ? 'relay' : local === 'unknown' ? local : 'direct');
    this.services.log.info('channel-opened', { session: session.id, local, remote });
    session.viewer = new ViewerChannel(channel, session.ticket, this.services, () => setTimeout(() => this.#drop(session), lingerMs));
  }

  #addCandidate({ session: id, candidate, mid }: Extract<SignalToNode, { type: 'candidate' }>): void {
    const session = this.#sessions.get(id);
    if (session === undefined || ++session.candidates > maxCandidates) return;
    try {
      session.connection?.addCandidate(candidate, mid);
    } catch (thrown) {
      this.services.log.debug('candidate-refused', { session: id, reason: reasonOf(thrown) });
    }
  }

  /** A viewer that connects anew leaves connections behind that are dead and do not know it yet. */
  #replaceQuietest(viewer: string): void {
    const own = [...this.#sessions.values()].filter(({ ticket }) => ticket.claims.sub === viewer);
    if (own.length < limits.connections) return;
    const quietest = own.reduce((one, other) => (lastHeard(other) < lastHeard(one) ? other : one));
    quietest.viewer?.close('replaced');
    this.#drop(quietest);
  }

  #drop(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    session.connection?.close();
    session.viewer?.gone();
    this.services.log.info('session-closed', { session: session.id });
  }

  #look(): void {
    const now = this.services.clock.monotonic();
    void this.services.keys.refresh();
    for (const session of [...this.#sessions.values()]) {
      if (session.viewer !== undefined) session.viewer.watch();
      else if (now - session.since > openingMs) this.#drop(session);
    }
    this.services.metrics.set('eventtorrent_peer_sessions', this.#sessions.size);
  }
}

const lastHeard = (session: Session): number => session.viewer?.heardAt ?? session.since;
