import { limits, type IceServer } from '@eventtorrent/protocol';
import type { Channel, ChannelEvents, Connection, ConnectionEvents, Path, Transport, TransportOptions } from './transport.js';

/** What is used of @roamhq/wrtc, which has the browser's own interface. */
type NativeChannel = {
  readonly label: string;
  readonly readyState: string;
  readonly bufferedAmount: number;
  binaryType: string;
  send(data: string | ArrayBuffer): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
};
type NativeConnection = {
  readonly connectionState: string;
  setRemoteDescription(description: { readonly type: 'offer'; readonly sdp: string }): Promise<void>;
  createAnswer(): Promise<{ readonly sdp?: string }>;
  setLocalDescription(description: { readonly sdp?: string }): Promise<void>;
  addIceCandidate(candidate: { readonly candidate: string; readonly sdpMid: string }): Promise<void>;
  getStats(): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
  close(): void;
  onicecandidate: ((event: { readonly candidate: { readonly candidate: string; readonly sdpMid: string | null } | null }) => void) | null;
  ondatachannel: ((event: { readonly channel: NativeChannel }) => void) | null;
  onconnectionstatechange: (() => void) | null;
};
type Native = { readonly RTCPeerConnection: new (configuration: object) => NativeConnection };

/** Its event for a drained buffer is not to be relied on, so the buffer is looked at while there is something in it. */
const lookEveryMs = 3;

const isNative = (module: unknown): module is { readonly default: Native } =>
  typeof module === 'object' && module !== null && 'default' in module && typeof module.default === 'object' && module.default !== null &&
  'RTCPeerConnection' in module.default;

/** The library is large and rarely needed, so it is not installed with the node: "npm install @roamhq/wrtc". */
export async function loadWrtcTransport(options: TransportOptions): Promise<Transport> {
  const name: string = '@roamhq/wrtc';
  const module: unknown = await import(name);
  if (!isNative(module)) throw new Error(`${name} has no RTCPeerConnection`);
  return new WrtcTransport(module.default, options);
}

class WrtcTransport implements Transport {
  constructor(
    private readonly native: Native,
    private readonly options: TransportOptions,
  ) {}

  accept(offer: string, iceServers: readonly IceServer[], events: ConnectionEvents): Connection {
    const { udpPorts, relayOnly } = this.options;
    const connection = new this.native.RTCPeerConnection({
      iceServers: iceServers.map(({ urls, username, credential }) => ({ urls: [...urls], username: username ?? '', credential: credential ?? '' })),
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
      ...(udpPorts === undefined ? {} : { portRange: { min: udpPorts.first, max: udpPorts.last } }),
    });
    return new WrtcConnection(connection, offer, events);
  }

  stop(): void {
    // Each connection was closed; the library holds nothing more.
  }
}

class WrtcConnection implements Connection {
  readonly #answered: Promise<void>;
  #path: Path | undefined;
  #ended = false;

  constructor(
    private readonly native: NativeConnection,
    offer: string,
    private readonly events: ConnectionEvents,
  ) {
    native.onicecandidate = ({ candidate }) => {
      if (candidate !== null && candidate.candidate !== '' && !this.#ended) events.candidate(candidate.candidate, candidate.sdpMid ?? '0');
    };
    native.ondatachannel = ({ channel }) => void this.#onChannel(channel);
    native.onconnectionstatechange = () => {
      if (native.connectionState === 'failed' || native.connectionState === 'closed') this.#end();
    };
    this.#answered = this.#answer(offer).catch(() => this.#end());
  }

  addCandidate(candidate: string, mid: string): void {
    void this.#answered.then(() => (this.#ended ? undefined : this.native.addIceCandidate({ candidate, sdpMid: mid }).catch(() => undefined)));
  }

  path(): Path | undefined {
    return this.#path;
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.native.close();
  }

  async #answer(offer: string): Promise<void> {
    await this.native.setRemoteDescription({ type: 'offer', sdp: offer });
    const answer = await this.native.createAnswer();
    // The session may have ended meanwhile.
    if (this.#ended) return;
    this.events.answer(answer.sdp ?? '');
    await this.native.setLocalDescription(answer);
  }

  async #onChannel(channel: NativeChannel): Promise<void> {
    const adapted = new WrtcChannel(channel);
    this.#path = pathIn(await this.native.getStats().catch(() => new Map<string, Readonly<Record<string, unknown>>>()));
    if (!this.#ended) this.events.channel(adapted);
  }

  #end(): void {
    if (this.#ended) return;
    this.close();
    this.events.ended();
  }
}

class WrtcChannel implements Channel {
  readonly label: string;
  readonly #early: unknown[] = [];
  #events: ChannelEvents | undefined;
  #look: NodeJS.Timeout | undefined;

  constructor(private readonly native: NativeChannel) {
    this.label = native.label;
    native.binaryType = 'arraybuffer';
    native.onmessage = ({ data }) => (this.#events === undefined ? void this.#early.push(data) : this.#deliver(this.#events, data));
    native.onclose = () => {
      clearTimeout(this.#look);
      this.#events?.closed();
    };
  }

  buffered(): number {
    return this.native.readyState === 'open' ? this.native.bufferedAmount : 0;
  }

  sendText(message: string): void {
    if (this.native.readyState === 'open') this.native.send(message);
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.native.readyState !== 'open') return;
    this.native.send(Uint8Array.from(bytes).buffer);
    this.#look ??= setTimeout(() => this.#lookAtBuffer(), lookEveryMs);
  }

  listen(events: ChannelEvents): void {
    this.#events = events;
    for (const data of this.#early.splice(0)) this.#deliver(events, data);
  }

  #deliver(events: ChannelEvents, data: unknown): void {
    if (typeof data === 'string') events.text(data);
    else events.binary();
  }

  #lookAtBuffer(): void {
    this.#look = undefined;
    if (this.native.readyState !== 'open') return;
    if (this.buffered() <= limits.inFlightBytes / 2) this.#events?.drained();
    else this.#look = setTimeout(() => this.#lookAtBuffer(), lookEveryMs);
  }
}

function pathIn(stats: ReadonlyMap<string, Readonly<Record<string, unknown>>>): Path | undefined {
  const kind = (id: unknown): string => String((typeof id === 'string' ? stats.get(id) : undefined)?.['candidateType'] ?? 'unknown');
  for (const one of stats.values()) {
    if (one['type'] === 'candidate-pair' && one['state'] === 'succeeded') return { local: kind(one['localCandidateId']), remote: kind(one['remoteCandidateId']) };
  }
  return undefined;
}
