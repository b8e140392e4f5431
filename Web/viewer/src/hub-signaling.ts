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
  #listening: { readonly session: string; readonly onSignal: (signal: SignalFromNode) => void } | undefined;
  #early: SignalFromNode[] = [];

  constructor(url: string) {
    this.#hub = new HubConnectionBuilder().withUrl(url).configureLogging(LogLevel.None).build();
    this.#hub.on(hubMethods.signal, (value: unknown) => {
      const signal = parseSignalFromNode(value);
      if (signal.ok) this.#hear(signal.value);
    });
  }

  async iceServers(): Promise<readonly IceServer[]> {
    if (this.#hub.state === HubConnectionState.Disconnected) await this.#hub.start();
    const servers = readIceServers(await this.#hub.invoke<unknown>(hubMethods.iceServers));
    if (servers === undefined) throw new NotConnected('nonsense');
    return servers;
  }

  async offer(sdp: string, ticket: string, onSignal: (signal: SignalFromNode) => void): Promise<string> {
    this.#listening = undefined;
    this.#early = [];
    const result = parseOfferResult(await this.#hub.invoke<unknown>(hubMethods.offer, { sdp, ticket }));
    if (!result.ok) throw new NotConnected('nonsense');
    if (result.value.type === 'refused') throw new NotConnected(result.value.code);
    this.#listening = { session: result.value.session, onSignal };
    for (const signal of this.#early.splice(0)) this.#hear(signal);
    return result.value.session;
  }

  send(signal: SignalFromViewer): void {
    // What is lost here is a candidate; the attempt as a whole has a deadline.
    this.#hub.send(hubMethods.viewerSignal, signal).catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.#hub.stop();
  }

  #hear(signal: SignalFromNode): void {
    if (this.#listening === undefined) {
      if (this.#early.length < maxEarly) this.#early.push(signal);
    } else if (signal.session === this.#listening.session) {
      this.#listening.onSignal(signal);
    }
  }
}
