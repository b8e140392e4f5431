import type { IceServer, SignalFromNode, SignalFromViewer } from '@eventtorrent/protocol';

/** How a viewer reaches a node. */
export interface ViewerSignaling {
  /** Those that a ticket is good for. */
  iceServers(ticket: string): Promise<readonly IceServer[]>;
  /** Resolves to the session that the hub made of the offer; `onSignal` hears of that session from then on. */
  offer(sdp: string, ticket: string, onSignal: (signal: SignalFromNode) => void): Promise<string>;
  send(signal: SignalFromViewer): void;
  /** Says goodbye, and hears of the session no more. */
  leave(session: string): void;
}

export type Ticket = { readonly token: string; /** In seconds since 1970. */ readonly expires: number };

/** Asks the server for a ticket that is bound to a DTLS certificate, by its SHA-256 fingerprint in hex. */
export type TicketSource = (dtls: string) => Promise<Ticket>;
