import { ask, Refused, tell } from './server.js';
import { Store } from './store.js';
import { Deleted, isOlder } from './task-order.js';
import { readPage, readTask, type Task } from './task.js';

/** What is shown, the newest first. `next` is where the list goes on, null at its end. */
export type Tasks = { readonly list: readonly Task[]; readonly next: string | null; readonly isRead: boolean };

/** The tasks of the page, from answers and pushes in whatever order they come: the view never goes back. */
export class TaskList {
  readonly store = new Store<Tasks>({ list: [], next: null, isRead: false });
  readonly #deleted = new Deleted();
  #query = '';

  find(infohash: string): Task | undefined {
    return this.store.get().list.find((task) => task.infohash === infohash);
  }

  /** Shows only what the server finds for the words and the status. */
  async search(q: string, status: string): Promise<void> {
    this.#query = `${q === '' ? '' : `&q=${encodeURIComponent(q)}`}${status === '' ? '' : `&status=${encodeURIComponent(status)}`}`;
    this.store.set({ list: [], next: null, isRead: false });
    await this.readFirst();
  }

  /** The beginning of the list, after a connect or when there may be others. Rejects with Refused. */
  async readFirst(): Promise<void> {
    // What is pushed while the list is on its way is not in it.
    const query = this.#query;
    const before = this.store.get().list;
    const page = await ask(`/tasks/?limit=50${query}`, readPage);
    if (query !== this.#query) return;
    const there = new Set(page.tasks.map((task) => task.infohash));
    // A list that was read to its end says which tasks are gone; a longer one is trusted to the hub.
    if (page.next_cursor === null) {
      for (const task of before) if (!there.has(task.infohash)) this.remove(task.infohash);
    }
    // Those that came while there was no connection are newer than all that is shown.
    const isFirst = this.store.get().list.length === 0;
    for (const task of isFirst ? page.tasks : page.tasks.toReversed()) this.#put(task, isFirst ? 'end' : 'start');
    this.store.set({ ...this.store.get(), next: page.next_cursor, isRead: true });
  }

  /** Rejects with Refused. */
  async readMore(): Promise<void> {
    const { next } = this.store.get();
    const query = this.#query;
    if (next === null) return;
    const page = await ask(`/tasks/?limit=50${query}&cursor=${encodeURIComponent(next)}`, readPage);
    if (query !== this.#query) return;
    for (const task of page.tasks) this.#put(task, 'end');
    this.store.set({ ...this.store.get(), next: page.next_cursor });
  }

  /** Takes a change that was pushed. While only some tasks are looked for, others that come are not among them. */
  push(value: unknown): void {
    const task = readTask(value);
    if (task !== undefined && (this.#query === '' || this.find(task.infohash) !== undefined)) this.#put(task, 'start');
  }

  remove(infohash: string): void {
    const task = this.find(infohash);
    if (task === undefined) return;
    this.#deleted.add(task);
    const now = this.store.get();
    this.store.set({ ...now, list: now.list.filter((one) => one !== task) });
  }

  /** Rejects with Refused. */
  async submit(form: FormData): Promise<void> {
    this.#put(await ask('/tasks/', readTask, { method: 'POST', body: form }), 'start');
  }

  /** Rejects with Refused. */
  async wish(infohash: string, what: 'pause' | 'resume' | 'retry'): Promise<void> {
    this.#put(await ask(`/tasks/${infohash}/${what}`, readTask, { method: 'POST' }), 'start');
  }

  /** Rejects with Refused. */
  async delete(infohash: string): Promise<void> {
    await tell(`/tasks/${infohash}`, { method: 'DELETE' });
    this.remove(infohash);
  }

  /** A task that is not in the list, for a page of its own; undefined when there is none. Rejects with Refused. */
  async read(infohash: string): Promise<Task> {
    const task = await ask(`/tasks/${infohash}`, readTask);
    const shown = this.find(infohash);
    if (shown !== undefined) this.#put(task, 'start');
    return task;
  }

  /** An older one than is shown changes nothing. */
  #put(task: Task, place: 'start' | 'end'): void {
    const now = this.store.get();
    const at = now.list.findIndex(({ infohash }) => infohash === task.infohash);
    if (this.#deleted.has(task) || isOlder(task, now.list[at])) return;
    const list = at >= 0 ? now.list.with(at, task) : place === 'end' ? [...now.list, task] : [task, ...now.list];
    this.store.set({ ...now, list });
  }
}

export { Refused };
