import { limits, type IceServer } from '@eventtorrent/protocol';
import nodeDataChannel, { type DataChannel, type PeerConnection, type RtcConfig } from 'node-datachannel';
import { reasonOf, type Log } from './log.js';
import type { Channel, ChannelEvents, Connection, ConnectionEvents, Path, Transport, TransportOptions } from './transport.js';

/** The transport by libdatachannel. It has no TURN over TCP: such servers are left out. */
export class NodeDataChannelTransport implements Transport {
  #named = 0;

  constructor(
    private readonly options: TransportOptions,
    private readonly log: Log,
  ) {
    nodeDataChannel.initLogger('Error', (_, message) => log.debug('libdatachannel', { message: message.slice(0, 300) }));
    // What lies in SCTP's own buffer is sent after a cancellation too, and is not in bufferedAmount.
    nodeDataChannel.setSctpSettings({ sendBufferSize: limits.inFlightBytes });
  }

  accept(offer: string, iceServers: readonly IceServer[], events: ConnectionEvents): Connection {
    const { udpPorts, bindAddress, relayOnly } = this.options;
    const config: RtcConfig = {
      iceServers: iceServers.flatMap(serversOf),
      iceTransportPolicy: relayOnly ? 'relay' : 'all',
      maxMessageSize: limits.frameBytes,
      ...(bindAddress === undefined ? {} : { bindAddress }),
      ...(udpPorts === undefined ? {} : { portRangeBegin: udpPorts.first, portRangeEnd: udpPorts.last }),
    };
    const connection = new NativeConnection(new nodeDataChannel.PeerConnection(`session-${++this.#named}`, config), events, this.log);
    try {
      connection.answer(offer);
    } catch (thrown) {
      connection.close();
      throw thrown;
    }
    return connection;
  }

  stop(): void {
    nodeDataChannel.cleanup();
  }
}

/** What a callback throws aborts the whole process, past every handler of Node: so each is called through this. */
type Safely = (callback: () => void) => void;

class NativeConnection implements Connection {
  #ended = false;
  /** Candidates that came before the transport was there for them. */
  #early: (() => void)[] | undefined = [];

  constructor(
    private readonly native: PeerConnection,
    private readonly events: ConnectionEvents,
    private readonly log: Log,
  ) {
    native.onLocalDescription((sdp) => this.#safely(() => this.#answered(sdp)));
    native.onLocalCandidate((candidate, mid) => this.#safely(() => events.candidate(candidate, mid)));
    native.onDataChannel((channel) => this.#safely(() => events.channel(new NativeChannel(channel, (callback) => this.#safely(callback, true)))));
    native.onStateChange((state) =>
      this.#safely(() => {
        if (state === 'failed' || state === 'closed') this.#end();
      }),
    );
  }

  answer(offer: string): void {
    this.native.setRemoteDescription(offer, 'offer');
  }

  addCandidate(candidate: string, mid: string): void {
    const add = (): void => this.native.addRemoteCandidate(candidate, mid);
    if (this.#ended) return;
    if (this.#early === undefined) add();
    else this.#early.push(add);
  }

  path(): Path | undefined {
    const pair = this.#ended ? null : this.native.getSelectedCandidatePair();
    return pair === null ? undefined : { local: pair.local.type, remote: pair.remote.type };
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.native.close();
  }

  #answered(sdp: string): void {
    this.events.answer(sdp);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const add of early) this.#safely(add);
  }

  /** A channel's last words are heard after the end of its connection too. */
  #safely(callback: () => void, afterEnd = false): void {
    if (this.#ended && !afterEnd) return;
    try {
      callback();
    } catch (thrown) {
      this.log.error('callback-failed', { reason: reasonOf(thrown) });
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.close();
    this.events.ended();
  }
}

class NativeChannel implements Channel {
  readonly label: string;

  constructor(
    private readonly native: DataChannel,
    private readonly safely: Safely,
  ) {
    this.label = native.getLabel();
    native.setBufferedAmountLowThreshold(limits.inFlightBytes / 2);
  }

  buffered(): number {
    return this.native.isOpen() ? this.native.bufferedAmount() : 0;
  }

  sendText(message: string): void {
    this.#send(() => this.native.sendMessage(message));
  }

  sendBinary(bytes: Uint8Array): void {
    this.#send(() => this.native.sendMessageBinary(bytes));
  }

  listen(events: ChannelEvents): void {
    this.native.onMessage((message) => this.safely(() => (typeof message === 'string' ? events.text(message) : events.binary())));
    this.native.onBufferedAmountLow(() => this.safely(() => events.drained()));
    this.native.onClosed(() => this.safely(() => events.closed()));
  }

  #send(send: () => boolean): void {
    try {
      if (this.native.isOpen()) send();
    } catch {
      // The other end has closed already, and the event that says so is on its way.
    }
  }
}

/** "turn:host:port?transport=udp" as libdatachannel has it. */
function serversOf({ urls, username, credential }: IceServer): RtcConfig['iceServers'] {
  return urls.flatMap((url): RtcConfig['iceServers'] => {
    const [, kind, host, port, transport] = /^(stun|turn):([^:?]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(url) ?? [];
    if (kind === undefined || host === undefined || transport === 'tcp') return [];
    const hostname = host.replace(/^\[|\]$/g, '');
    if (kind === 'stun') return [`stun:${host}:${port ?? 3478}`];
    return [{ hostname, port: Number(port ?? 3478), username: username ?? '', password: credential ?? '', relayType: 'TurnUdp' }];
  });
}
