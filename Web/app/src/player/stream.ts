import { HubViewerSignaling, StreamClient, type ClientState } from '@eventtorrent/viewer';
import { ask, Refused } from '../api/server.js';
import { readTicket } from '../api/task.js';
import type { Problem } from './problem.js';

export type Link = { readonly state: ClientState['state']; readonly why: Problem | undefined };

/** The way to the node that has a task's streams: tickets from the door, signaling over its hub, files over the client. */
export class Stream {
  readonly client: StreamClient;
  readonly #signaling = new HubViewerSignaling('/hubs/signaling');
  #ticketRefusal: Refused | undefined;

  constructor(infohash: string, onLink: (link: Link) => void) {
    const ticket = async (dtls: string): Promise<{ readonly token: string; readonly expires: number }> => {
      this.#ticketRefusal = undefined;
      try {
        const headers = { 'content-type': 'application/json' };
        return await ask(`/tasks/${infohash}/ticket`, readTicket, { method: 'POST', headers, body: JSON.stringify({ dtls }) });
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
