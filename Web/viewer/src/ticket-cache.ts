import type { Ticket, TicketSource } from './signaling.js';

/** A ticket is renewed so long before its end. */
export const renewAheadMs = 60_000;

/** One ticket for all connections of a client, until it is nearly over: they are one viewer's, and the server is asked once. */
export class TicketCache {
  #ticket: Promise<Ticket> | undefined;

  constructor(private readonly source: TicketSource) {}

  readonly get: TicketSource = async (dtls) => {
    const asked = this.#ticket;
    const known = await asked?.catch(() => undefined);
    if (known !== undefined && !isNearlyOver(known)) return known;
    // Somebody else may have asked meanwhile.
    return asked === this.#ticket ? this.#ask(dtls) : this.get(dtls);
  };

  /** The node does not take it. */
  forget(): void {
    this.#ticket = undefined;
  }

  #ask(dtls: string): Promise<Ticket> {
    const asked = this.source(dtls);
    this.#ticket = asked;
    return asked;
  }
}

export const isNearlyOver = ({ expires }: Pick<Ticket, 'expires'>): boolean => expires * 1000 - Date.now() <= renewAheadMs;
