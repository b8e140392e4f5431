import { Connection, NotConnected, type ConnectionEnd } from './connection.js';
import type { Stripe } from './transfer.js';

/** Why there is no connection. */
export type LinkEnd = ConnectionEnd | 'no-signaling';

export interface LinkEvents {
  /** Whether it may try now. */
  mayConnect(link: Link): boolean;
  connected(): void;
  /** With the stripes that were under way; or it never came to be. */
  lost(stripes: readonly Stripe[], reason: LinkEnd, hadOpened: boolean): void;
}

const firstRetryMs = 250;
const lastRetryMs = 5000;

/** One connection, made again whenever it is lost, with the stripes that were asked for on it. */
export class Link {
  readonly #asked = new Map<Stripe, number>();
  #connection: Connection | undefined;
  #stopped = false;
  #wake: () => void = () => undefined;

  constructor(
    private readonly open: () => Promise<Connection>,
    private readonly events: LinkEvents,
  ) {}

  get connection(): Connection | undefined {
    return this.#connection;
  }

  async run(): Promise<void> {
    let lost = 0;
    while (!this.#stopped) {
      if (!this.events.mayConnect(this)) {
        await this.#pause(firstRetryMs);
        continue;
      }
      let reason: LinkEnd;
      let hadOpened = false;
      try {
        const connection = await this.open();
        lost = 0;
        hadOpened = true;
        this.#connection = connection;
        if (this.#stopped) connection.close();
        else this.events.connected();
        reason = await connection.ended;
      } catch (thrown) {
        reason = thrown instanceof NotConnected ? thrown.reason : 'no-signaling';
      }
      this.#connection = undefined;
      const stripes = [...this.#asked.keys()];
      this.#asked.clear();
      this.events.lost(stripes, reason, hadOpened);
      if (!this.#stopped && lost++ > 0) await this.#pause(Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(lost - 2, 10)));
    }
  }

  asked(stripe: Stripe, id: number): void {
    this.#asked.set(stripe, id);
  }

  /** The stripe is whole, or never will be. */
  settle(stripe: Stripe): void {
    this.#asked.delete(stripe);
  }

  cancel(isUnwanted: (stripe: Stripe) => boolean): void {
    for (const [stripe, id] of [...this.#asked]) {
      if (!isUnwanted(stripe)) continue;
      this.#asked.delete(stripe);
      this.#connection?.cancel(id);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#connection?.close();
    this.#wake();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
