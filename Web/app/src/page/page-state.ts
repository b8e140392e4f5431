import { ask, Refused } from '../api/server.js';
import { listen } from '../api/status-hub.js';
import { Store } from '../api/store.js';
import { readStats } from '../api/task.js';
import { TaskList } from '../api/task-list.js';

const errorsEveryMs = 15_000;

export type Live = 'connecting' | 'up' | 'down' | 'unread';
/** What the operator should know of the broker. */
export type Broker = { readonly isAway: boolean; readonly errors: number };

/** What the page knows, kept up to date for as long as it is open. */
export class PageState {
  readonly tasks = new TaskList();
  readonly live = new Store<Live>('connecting');
  readonly broker = new Store<Broker>({ isAway: false, errors: 0 });

  start(): void {
    // The list does not wait for the connection.
    void this.#refresh();
    listen({
      up: () => {
        this.live.set('up');
        void this.#refresh();
      },
      down: () => this.live.set('down'),
      taskChanged: (task) => this.tasks.push(task),
      taskDeleted: (infohash) => this.tasks.remove(String(infohash)),
    });
    void this.#watchErrors();
  }

  async #refresh(): Promise<void> {
    try {
      await this.tasks.readFirst();
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      this.live.set('unread');
    }
  }

  async #watchErrors(): Promise<void> {
    try {
      const { broker } = await ask('/stats', readStats);
      const errors = broker.queues.reduce((sum, queue) => sum + queue.errors + queue.skipped, 0);
      const isAway = broker.reachable === false;
      const known = this.broker.get();
      if (known.errors !== errors || known.isAway !== isAway) this.broker.set({ isAway, errors });
    } catch (thrown) {
      // The line on the connection says that the server is away.
      if (!(thrown instanceof Refused)) throw thrown;
    }
    setTimeout(() => void this.#watchErrors(), errorsEveryMs);
  }
}
