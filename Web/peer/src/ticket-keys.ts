import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  failure, json, limits, listOf, nested, object, oneOf, parseTicketClaims, parseTicketHeader, success, text, ticketSeconds,
  type Parser, type Result, type TicketClaims, type TicketError,
} from '@eventtorrent/protocol';
import type { Clock } from './clock.js';
import { reasonOf, type Log } from './log.js';

export type Ticket = { readonly claims: TicketClaims; readonly key: Key };
type Key = { readonly kid: string; readonly point: string; readonly public: KeyObject };

const maxFileBytes = 65_536;
/** How far ahead the server's clock may be. */
const leewaySeconds = 30;

const coordinate = text(43, /^[A-Za-z0-9_-]{43}$/);
const jwk = object({ kty: oneOf('EC'), crv: oneOf('P-256'), kid: text(64, /^[A-Za-z0-9_-]+$/), x: coordinate, y: coordinate });
const parseKeySet = json(maxFileBytes, object({ keys: listOf(16, nested(jwk)) }));

/**
 * The public keys of whoever mints tickets: a file with a JSON Web Key Set (RFC 7517), read again whenever it changes. A new key is
 * added before it is used; the tickets of a key that was taken out are refused at their next request.
 */
export class TicketKeys {
  #keys = new Map<string, Key>();
  #seen = '';
  #refused: string | undefined;

  constructor(
    private readonly file: string,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Reads the file if it is another than the last time. A broken one changes nothing; what is wrong with it is returned. */
  async refresh(): Promise<string | undefined> {
    try {
      const handle = await open(this.file, 'r');
      try {
        const facts = await handle.stat({ bigint: true });
        const seen = `${facts.ino}-${facts.size}-${facts.mtimeNs}`;
        if (seen === this.#seen) return undefined;
        this.#seen = seen;
        if (facts.size > maxFileBytes) return this.#refuse('too-long');
        return this.#take(await handle.readFile('utf8'));
      } finally {
        await handle.close();
      }
    } catch (thrown) {
      return this.#refuse(reasonOf(thrown));
    }
  }

  /** The claims of a ticket that one of the keys signed, and that is good now. */
  verify(ticket: string): Result<Ticket, TicketError> {
    const parts = ticket.split('.');
    const [header, claims, signature] = parts;
    if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined) return failure('ticket-invalid');
    const head = decode(header, parseTicketHeader);
    const key = head.ok ? this.#keys.get(head.value.kid) : undefined;
    if (key === undefined) return failure('ticket-invalid');
    const signed = verify('sha256', Buffer.from(`${header}.${claims}`), { key: key.public, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    const read = signed ? decode(claims, parseTicketClaims) : undefined;
    if (!read?.ok) return failure('ticket-invalid');
    const { iat, exp } = read.value;
    if (exp - iat > ticketSeconds || iat * 1000 > this.clock.unix() + leewaySeconds * 1000) return failure('ticket-invalid');
    const verified = { claims: read.value, key };
    return this.isGood(verified) ? success(verified) : failure('ticket-expired');
  }

  /** Whether a ticket that was verified may still be used: its time is not over, and its key is still one of ours. */
  isGood(ticket: Ticket): boolean {
    return ticket.claims.exp * 1000 > this.clock.unix() && this.#keys.get(ticket.key.kid) === ticket.key;
  }

  #take(content: string): string | undefined {
    const set = parseKeySet(content);
    if (!set.ok) return this.#refuse(set.error.code);
    const keys = new Map<string, Key>();
    for (const { kid, x, y, ...rest } of set.value.keys) {
      const point = `${x}.${y}`;
      const known = this.#keys.get(kid);
      try {
        keys.set(kid, known?.point === point ? known : { kid, point, public: createPublicKey({ key: { ...rest, x, y }, format: 'jwk' }) });
      } catch {
        return this.#refuse('not-on-curve');
      }
    }
    if (keys.size === 0) return this.#refuse('no-keys');
    this.#keys = keys;
    this.#refused = undefined;
    this.log.info('ticket-keys-read', { keys: keys.size });
    return undefined;
  }

  /** Said once, however often the file is looked at. */
  #refuse(reason: string): string {
    if (reason !== this.#refused) this.log.error('ticket-keys-refused', { reason });
    this.#refused = reason;
    return reason;
  }
}

const decode = <T>(part: string, parser: Parser<T>): Result<T, unknown> =>
  json(limits.ticketLength, parser)(Buffer.from(part, 'base64url').toString('utf8'));
