import { integer, object, oneOf, text } from './shape.js';

/**
 * The claims of a ticket, an ES256 JWT (RFC 7519) that the server mints: who may watch which task on which volume until when. `dtls`
 * is the SHA-256 fingerprint of the viewer's DTLS certificate, as in its offer, in lower-case hex without colons: without that
 * certificate's key a ticket that was seen on its way is worth nothing. `sub` is the viewer; times are in seconds since 1970.
 */
export type TicketClaims = {
  readonly aud: 'eventtorrent-node';
  readonly sub: string;
  readonly task: string;
  readonly volume: string;
  readonly dtls: string;
  readonly iat: number;
  readonly exp: number;
};

/** A ticket lives at most so long, whatever it says. */
export const ticketSeconds = 600;

const time = integer(0, 0xffff_ffff);

export const parseTicketHeader = object({ alg: oneOf('ES256'), kid: text(64, /^[A-Za-z0-9_-]+$/) });

export const parseTicketClaims = object({
  aud: oneOf('eventtorrent-node'),
  sub: text(64, /^[A-Za-z0-9_-]+$/),
  task: text(64, /^([0-9a-f]{40}|[0-9a-f]{64})$/),
  volume: text(64, /^[A-Za-z0-9_-]+$/),
  dtls: text(64, /^[0-9a-f]{64}$/),
  iat: time,
  exp: time,
});

/** The SHA-256 fingerprint in a session description (RFC 8122), as `dtls` has it. All of several must be the same. */
export function dtlsFingerprint(sdp: string): string | undefined {
  const found = new Set<string>();
  for (const line of sdp.matchAll(/^a=fingerprint:(\S+) ([0-9A-Fa-f:]{1,200})\r?$/gm)) {
    found.add(`${line[1]?.toLowerCase()} ${line[2]?.replaceAll(':', '').toLowerCase()}`);
  }
  const [only] = found;
  return found.size === 1 ? /^sha-256 ([0-9a-f]{64})$/.exec(only ?? '')?.[1] : undefined;
}
