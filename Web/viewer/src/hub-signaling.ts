import { HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from '@microsoft/signalr';
import { hubMethods, parseOfferResult, parseSignalFromNode, readIceServers, type IceServer, type SignalFromNode, type SignalFromViewer } from '@eventtorrent/protocol';
import { NotConnected } from './connection.js';
import type { ViewerSignaling } from './signaling.js';

/** Signals that came before the hub had told which session they are for. */
const maxEarly = 256;

/**
 * The hub of Signaling, as a viewer uses it: while it connects, and no longer. A connection to a node does not need it, so one that is
 * lost is made anew when the next offer is.
 */
export class HubViewerSignaling implements ViewerSignaling {
  readonly #hub: HubConnection;
  readonly #listeners = new Map<string, (signal: SignalFromNode) => void>();
  #early: SignalFromNode[] = [];
  #offering = 0;
  #starting: Promise<void> | undefined;

  constructor(url: string) {
    this.#hub = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
    this.#hub.on(hubMethods.signal, (value: unknown) => {
      const signal = parseSignalFromNode(value);
      if (signal.ok) this.#hear(signal.value);
    });
  }

  async iceServers(ticket: string): Promise<readonly IceServer[]> {
    if (this.#hub.state !== HubConnectionState.Connected) await (this.#starting ??= this.#hub.start().finally(() => (this.#starting = undefined)));
    // A hub from before this method was knows the other.
    const said = this.#hub.invoke<unknown>(hubMethods.iceServersFor, { ticket }).catch(() => this.#hub.invoke<unknown>(hubMethods.iceServers));
    const servers = readIceServers(await said);
    if (servers === undefined) throw new NotConnected('nonsense');
    return servers;
  }

  async offer(sdp: string, ticket: string, onSignal: (signal: SignalFromNode) => void): Promise<string> {
    this.#offering++;
    try {
      const result = parseOfferResult(await this.#hub.invoke<unknown>(hubMethods.offer, { sdp, ticket }));
      if (!result.ok) throw new NotConnected('nonsense');
      if (result.value.type === 'refused') throw new NotConnected(result.value.code);
      const { session } = result.value;
      this.#listeners.set(session, onSignal);
      const early = this.#early.filter((signal) => signal.session === session);
      this.#early = this.#early.filter((signal) => signal.session !== session);
      for (const signal of early) onSignal(signal);
      return session;
    } finally {
      if (--this.#offering === 0) this.#early = [];
    }
  }

  send(signal: SignalFromViewer): void {
    // What is lost here is a candidate or a goodbye; the attempt as a whole has a deadline, and the node hears the silence.
    this.#hub.send(hubMethods.viewerSignal, signal).catch(() => undefined);
  }

  leave(session: string): void {
    if (this.#listeners.delete(session)) this.send({ type: 'bye', session });
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }

  #hear(signal: SignalFromNode): void {
    const listener = this.#listeners.get(signal.session);
    if (listener !== undefined) listener(signal);
    else if (this.#offering > 0 && this.#early.length < maxEarly) this.#early.push(signal);
  }
}
