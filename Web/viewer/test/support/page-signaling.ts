import type { IceServer, SignalFromNode, SignalFromViewer } from '@eventtorrent/protocol';
import type { Ticket, ViewerSignaling } from '../../src/index.js';

/** What the test puts into the page's window. */
export type Bindings = {
  offerToNode(sdp: string, ticket: string): Promise<string>;
  sayToNode(signal: SignalFromViewer): Promise<void>;
  ticketFor(dtls: string): Promise<Ticket>;
  iceServers(): Promise<readonly IceServer[]>;
};

/** Signaling through the test that drives the browser. */
export class PageSignaling implements ViewerSignaling {
  readonly #listeners = new Map<string, (signal: SignalFromNode) => void>();
  readonly #early: SignalFromNode[] = [];

  constructor(private readonly bindings: Bindings) {}

  hear(signal: SignalFromNode): void {
    const listener = this.#listeners.get(signal.session);
    if (listener === undefined) this.#early.push(signal);
    else listener(signal);
  }

  iceServers(_ticket: string): Promise<readonly IceServer[]> {
    return this.bindings.iceServers();
  }

  async offer(sdp: string, ticket: string, onSignal: (signal: SignalFromNode) => void): Promise<string> {
    const session = await this.bindings.offerToNode(sdp, ticket);
    this.#listeners.set(session, onSignal);
    for (const signal of this.#early.splice(0)) this.hear(signal);
    return session;
  }

  send(signal: SignalFromViewer): void {
    void this.bindings.sayToNode(signal);
  }

  leave(session: string): void {
    if (this.#listeners.delete(session)) this.send({ type: 'bye', session });
  }
}
