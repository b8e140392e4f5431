import type { IceServer } from '@eventtorrent/protocol';

/** What a node needs of a WebRTC library, and no more, so that another one can take its place. */
export interface Transport {
  /** Answers an offer. Throws when the offer makes no sense. */
  accept(offer: string, iceServers: readonly IceServer[], events: ConnectionEvents): Connection;
  stop(): void;
}

export interface ConnectionEvents {
  answer(sdp: string): void;
  candidate(candidate: string, mid: string): void;
  channel(channel: Channel): void;
  /** Over for good, or as good as over. Comes once. */
  ended(): void;
}

export interface Connection {
  addCandidate(candidate: string, mid: string): void;
  path(): Path | undefined;
  close(): void;
}

/** How the bytes travel: the kinds of the two candidates ("host", "srflx", "prflx", "relay"). */
export type Path = { readonly local: string; readonly remote: string };

export interface Channel {
  readonly label: string;
  /** What was handed over and is not on its way yet, in bytes. */
  buffered(): number;
  sendText(message: string): void;
  /** The bytes may be overwritten when it returns. */
  sendBinary(bytes: Uint8Array): void;
  listen(events: ChannelEvents): void;
}

export interface ChannelEvents {
  text(message: string): void;
  binary(): void;
  /** Less than half of what may be in flight is left. */
  drained(): void;
  closed(): void;
}

export type TransportOptions = {
  readonly udpPorts: { readonly first: number; readonly last: number } | undefined;
  readonly bindAddress: string | undefined;
  readonly relayOnly: boolean;
};
