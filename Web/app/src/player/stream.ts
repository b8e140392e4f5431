import { HubViewerSignaling, StreamClient, type ClientState } from '@eventtorrent/viewer';
import { ask, Refused } from '../api/server.js';
import { readTicket, type TaskTicket } from '../api/task.js';
import type { Problem } from './problem.js';

export type Link = { readonly state: ClientState['state']; readonly why: Problem | undefined };

/** A certificate that nobody has: the ticket is good for nothing but what comes with it. Rejects with Refused. */
export const askForStreams = (infohash: string): Promise<TaskTicket> => askForTicket(infohash, '0'.repeat(64));

const askForTicket = (infohash: string, dtls: string): Promise<TaskTicket> =>
  ask(`/tasks/${infohash}/ticket`, readTicket, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ dtls }) });

/** The way to the node that has a task's streams: tickets from the door, signaling over its hub, files over the client. */
export class Stream {
  readonly client: StreamClient;
  readonly #signaling: HubViewerSignaling;
  #ticketRefusal: Refused | undefined;

  constructor(infohash: string, signaling: string, onLink: (link: Link) => void) {
    this.#signaling = new HubViewerSignaling(signaling);
    const ticket = async (dtls: string): Promise<TaskTicket> => {
      this.#ticketRefusal = undefined;
      try {
        return await askForTicket(infohash, dtls);
      } catch (thrown) {
        if (thrown instanceof Refused) this.#ticketRefusal = thrown;
        throw thrown;
      }
    };
    this.client = new StreamClient(this.#signaling, ticket, (state) => onLink({ state: state.state, why: this.#why(state) }));
    void this.client.run();
  }

  close(): void {
    this.client.close();
    void this.#signaling.stop();
  }

  #why(state: ClientState): Problem | undefined {
    if (state.state !== 'connecting' || state.reason === undefined) return undefined;
    const detail = this.#ticketRefusal?.detail;
    return state.reason === 'no-signaling' && detail !== undefined ? { key: 'why.no-ticket', values: { why: detail } } : { key: `why.${state.reason}` };
  }
}
