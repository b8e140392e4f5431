import {
  channelLabel, limits, parseNodeMessage, readFrame, type CloseReason, type NodeMessage, type RequestError, type SignalError,
  type SignalFromNode, type ViewerMessage,
} from '@eventtorrent/protocol';
import type { Identity } from './identity.js';
import type { Ticket, TicketSource, ViewerSignaling } from './signaling.js';
import { isNearlyOver } from './ticket-cache.js';

/** Who hears of one request. */
export interface RequestEvents {
  head(head: Extract<NodeMessage, { type: 'head' }>): void;
  bytes(payload: Uint8Array): void;
  end(sha256: string): void;
  error(code: RequestError): void;
}

/** Why a connection is over, or never came to be. */
export type ConnectionEnd = SignalError | CloseReason | 'not-opened' | 'silent' | 'lost' | 'nonsense' | 'left';

export class NotConnected extends Error {
  override readonly name = 'NotConnected';

  constructor(readonly reason: ConnectionEnd) {
    super(reason);
  }
}

export type Request = Omit<Extract<ViewerMessage, { type: 'get' }>, 'type' | 'id'>;

const openingMs = 20_000;
const lookEveryMs = 500;

/** One connection to a node: requests go out, responses come in; it says once why it is over. */
export class Connection {
  readonly ended: Promise<ConnectionEnd>;
  readonly #native: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #requests = new Map<number, RequestEvents>();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #end: (reason: ConnectionEnd) => void = () => undefined;
  #over = false;
  #session: string | undefined;
  #nextId = 1;
  #heardAt = performance.now();
  #pingedAt = 0;
  #rttMs: number | undefined;
  #expires: number;

  private constructor(
    private readonly signaling: ViewerSignaling,
    private readonly tickets: TicketSource,
    /** Of the certificate. */
    private readonly dtls: string,
    { expires }: Ticket,
    configuration: RTCConfiguration,
  ) {
    this.#expires = expires;
    this.#native = new RTCPeerConnection(configuration);
    this.#channel = this.#native.createDataChannel(channelLabel, { ordered: true });
    this.#channel.binaryType = 'arraybuffer';
    this.ended = new Promise((resolve) => {
      this.#end = (reason) => {
        if (this.#over) return;
        this.#over = true;
        for (const timer of this.#timers) clearInterval(timer);
        this.#native.close();
        if (this.#session !== undefined) this.signaling.leave(this.#session);
        resolve(reason);
      };
    });
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#onMessage(data);
    this.#channel.onclose = () => this.#end('lost');
    this.#native.onconnectionstatechange = () => {
      if (this.#native.connectionState === 'failed') this.#end('lost');
    };
  }

  /** Rejects with NotConnected. */
  static async open(signaling: ViewerSignaling, tickets: TicketSource, { certificate, dtls }: Identity, relayOnly: boolean): Promise<Connection> {
    const ticket = await tickets(dtls);
    const servers = await signaling.iceServers(ticket.token);
    const iceServers = servers.map(({ urls, username, credential }) => ({ urls: [...urls], username: username ?? '', credential: credential ?? '' }));
    const connection = new Connection(signaling, tickets, dtls, ticket, { iceServers, certificates: [certificate], iceTransportPolicy: relayOnly ? 'relay' : 'all' });
    const timer = setTimeout(() => connection.#end('not-opened'), openingMs);
    try {
      const never = connection.ended.then((reason) => Promise.reject(new NotConnected(reason)));
      await Promise.race([connection.#connect(ticket.token), never]);
      connection.#keep();
      return connection;
    } catch (thrown) {
      connection.#end('not-opened');
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Round trip of the last ping, through whatever was before it on the way. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  get openRequests(): number {
    return this.#requests.size;
  }

  request(request: Request, events: RequestEvents): number {
    const id = this.#nextId++;
    this.#requests.set(id, events);
    this.#say({ type: 'get', id, ...request });
    return id;
  }

  cancel(id: number): void {
    if (this.#requests.delete(id)) this.#say({ type: 'cancel', id });
  }

  /** The kinds of the two ends of the path in use: "host", "srflx", "prflx", "relay". */
  async path(): Promise<{ readonly local: string; readonly remote: string; readonly protocol: string } | undefined> {
    const stats = new Map<string, Record<string, unknown>>();
    (await this.#native.getStats()).forEach((one: Record<string, unknown>, id) => stats.set(id, one));
    for (const one of stats.values()) {
      if (one['type'] !== 'transport') continue;
      const pair = stats.get(String(one['selectedCandidatePairId']));
      const [local, remote] = ['localCandidateId', 'remoteCandidateId'].map((side) => stats.get(String(pair?.[side])));
      if (local !== undefined && remote !== undefined) {
        return { local: String(local['candidateType']), remote: String(remote['candidateType']), protocol: String(local['relayProtocol'] ?? local['protocol']) };
      }
    }
    return undefined;
  }

  close(): void {
    this.#end('left');
  }

  async #connect(ticket: string): Promise<void> {
    const opened = new Promise((resolve) => (this.#channel.onopen = resolve));
    const early: RTCIceCandidate[] = [];
    const remote: RTCIceCandidateInit[] = [];
    const send = ({ candidate, sdpMid }: RTCIceCandidate): void => {
      const session = this.#session;
      if (session !== undefined && candidate !== '') this.signaling.send({ type: 'candidate', session, candidate, mid: sdpMid ?? '0' });
    };
    this.#native.onicecandidate = ({ candidate }) => {
      if (candidate === null) return;
      if (this.#session === undefined) early.push(candidate);
      else send(candidate);
    };
    const add = (candidate: RTCIceCandidateInit): void => {
      // One that this browser has no use for is no reason to give up the others.
      this.#native.addIceCandidate(candidate).catch(() => undefined);
    };
    const onSignal = async (signal: SignalFromNode): Promise<void> => {
      if (this.#over) return;
      if (signal.type === 'error') this.#end(signal.code);
      else if (signal.type === 'bye') this.#end('lost');
      else if (signal.type === 'candidate') {
        const candidate = { candidate: signal.candidate, sdpMid: signal.mid };
        if (this.#native.remoteDescription === null) remote.push(candidate);
        else add(candidate);
      } else {
        await this.#native.setRemoteDescription({ type: 'answer', sdp: signal.sdp });
        remote.splice(0).forEach(add);
      }
    };
    await this.#native.setLocalDescription();
    const sdp = this.#native.localDescription?.sdp ?? '';
    this.#session = await this.signaling.offer(sdp, ticket, (signal) => void onSignal(signal).catch(() => this.#end('nonsense')));
    if (this.#over) return this.signaling.leave(this.#session);
    early.splice(0).forEach(send);
    await opened;
    this.#heardAt = performance.now();
  }

  #keep(): void {
    let pings = 0;
    const ping = (): void => {
      this.#pingedAt = performance.now();
      this.#say({ type: 'ping', n: ++pings });
    };
    const listen = (): void => {
      if (performance.now() - this.#heardAt > limits.viewerSilenceMs) this.#end('silent');
    };
    this.#timers.push(setInterval(ping, limits.pingEveryMs), setInterval(listen, lookEveryMs));
    let renewing = false;
    const renew = (): void => {
      if (renewing || !isNearlyOver({ expires: this.#expires })) return;
      renewing = true;
      this.tickets(this.dtls)
        .then(({ token }) => this.#say({ type: 'renew', ticket: token }))
        // The next look tries again; when the ticket is over, the node says so.
        .catch(() => undefined)
        .finally(() => (renewing = false));
    };
    this.#timers.push(setInterval(renew, 5000));
  }

  #say(message: ViewerMessage): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  #onMessage(data: unknown): void {
    // What was asked here is asked elsewhere by now.
    if (this.#over) return;
    this.#heardAt = performance.now();
    if (data instanceof ArrayBuffer) {
      const frame = readFrame(new Uint8Array(data));
      if (!frame.ok) return this.#end('nonsense');
      // What comes for a request that was cancelled was on its way.
      return this.#requests.get(frame.value.id)?.bytes(frame.value.payload);
    }
    const parsed = typeof data === 'string' ? parseNodeMessage(data) : undefined;
    if (parsed?.ok !== true) return this.#end('nonsense');
    this.#onNodeMessage(parsed.value);
  }

  #onNodeMessage(message: NodeMessage): void {
    switch (message.type) {
      case 'head':
        return this.#requests.get(message.id)?.head(message);
      case 'end':
        return this.#finish(message.id)?.end(message.sha256);
      case 'error':
        return this.#finish(message.id)?.error(message.code);
      case 'pong':
        this.#rttMs = performance.now() - this.#pingedAt;
        return;
      case 'renewed':
        this.#expires = message.expires;
        return;
      case 'refused':
        return this.#end(message.code);
      case 'closing':
        return this.#end(message.code);
    }
  }

  #finish(id: number): RequestEvents | undefined {
    const events = this.#requests.get(id);
    this.#requests.delete(id);
    return events;
  }
}
