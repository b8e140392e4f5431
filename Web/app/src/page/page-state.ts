import { Refused, ask } from '../api/server.js';
import { listen } from '../api/status-hub.js';
import { Store } from '../api/store.js';
import { readStats, type Stats } from '../api/system.js';
import type { Task } from '../api/task.js';
import { TaskList } from '../api/task-list.js';
import { ended } from './task-words.js';

const statsEveryMs = 15_000;
/** After a push that changes what is counted; those that follow are in the same count. */
const countAfterMs = 1000;

export type Live = 'connecting' | 'up' | 'down' | 'unread';

/** What the page knows, kept up to date for as long as it is open. */
export class PageState {
  readonly tasks = new TaskList();
  readonly live = new Store<Live>('connecting');
  /** Since when nothing is heard; undefined while all is well. */
  readonly lostAt = new Store<number | undefined>(undefined);
  readonly stats = new Store<Stats | undefined>(undefined);
  /** The task that ended last, for those who do not look. */
  readonly endedTask = new Store<Task | undefined>(undefined);
  readonly #states = new Map<string, string>();
  #counting: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.tasks.listeners.add((task, before) => this.#note(task, before));
    listen({
      up: () => {
        this.live.set('up');
        this.lostAt.set(undefined);
        void this.refresh();
      },
      down: () => {
        this.live.set('down');
        this.lostAt.set(this.lostAt.get() ?? Date.now());
      },
      taskChanged: (task) => this.tasks.push(task),
      taskDeleted: (infohash) => {
        this.tasks.remove(String(infohash));
        this.#states.delete(String(infohash));
        this.countSoon();
      },
    });
    // The list does not wait for the connection; whoever shows it asks for it.
    void this.#watchStats();
  }

  async refresh(): Promise<void> {
    this.countSoon();
    await this.done(this.tasks.refresh());
  }

  /** Shows that the server could not be read, rather than nothing. */
  async done(work: Promise<void>): Promise<void> {
    try {
      await work;
      if (this.live.get() === 'unread') this.live.set('up');
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      this.live.set('unread');
    }
  }

  countSoon(): void {
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      void this.#count();
    }, countAfterMs);
  }

  #note(task: Task, before: Task | undefined): void {
    const was = this.#states.get(task.infohash) ?? before?.state;
    if (was === task.state) return;
    this.countSoon();
    // What has ended is not remembered: there is no end to those.
    if (ended.includes(task.state)) this.#states.delete(task.infohash);
    else this.#states.set(task.infohash, task.state);
    if (was !== undefined && !ended.includes(was) && ended.includes(task.state)) this.endedTask.set(task);
  }

  async #watchStats(): Promise<void> {
    await this.#count();
    setTimeout(() => void this.#watchStats(), statsEveryMs);
  }

  async #count(): Promise<void> {
    try {
      this.stats.set(await ask('/stats', readStats));
    } catch (thrown) {
      // The line on the connection says that the server is away.
      if (!(thrown instanceof Refused)) throw thrown;
    }
  }
}
