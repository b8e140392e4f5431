import { ask, askFully, tell } from './server.js';
import { comparerOf, everything, isServerOrder, matches, parametersOf, type Query } from './query.js';
import { Store } from './store.js';
import { Deleted, isOlder } from './task-order.js';
import { readPage, readTask, type Task } from './task.js';

/** What is shown, in its order. `hasMore`: the server has others beyond. */
export type Tasks = { readonly list: readonly Task[]; readonly hasMore: boolean; readonly isRead: boolean };

const firstPage = 100;
const nextPage = 200;
/** So many are read when all of them are asked for: beyond, a person is better served by a search. */
export const mostRead = 20_000;
/** Pushes that come together are shown together. */
const showEveryMs = 60;

/**
 * The tasks of the page, from answers and pushes in whatever order they come: the view never goes back. It holds the first
 * pages of what the server finds; what is pushed of tasks beyond them waits there for its page.
 */
export class TaskList {
  readonly store = new Store<Tasks>({ list: [], hasMore: false, isRead: false });
  /** Told of every change that is pushed or answered, also of tasks that are not in the list: the new one, and the one that was shown. */
  readonly listeners = new Set<(task: Task, before: Task | undefined) => void>();
  readonly #deleted = new Deleted();
  readonly #shown = new Map<string, Task>();
  #query = everything;
  #compare = comparerOf(everything.sort);
  #cursor: string | null = null;
  /** The last task of the last page that was read: those behind it, in the server's order, are not here. */
  #edge: Task | undefined;
  #isRead = false;
  #reading: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  find(infohash: string): Task | undefined {
    return this.#shown.get(infohash);
  }

  /** Shows what the server finds for a query. Rejects with Refused. */
  async show(query: Query): Promise<void> {
    const isSame = this.#isRead && parametersOf(query) === parametersOf(this.#query);
    this.#query = query;
    this.#compare = comparerOf(query.sort);
    if (!isSame) {
      this.#shown.clear();
      this.#isRead = false;
      this.#reading = undefined;
      [this.#cursor, this.#edge] = [null, undefined];
      this.#publish();
      await this.refresh();
    }
    this.#publish();
    if (!isServerOrder(query.sort)) await this.readAll();
  }

  /** Reads again as far as was read: after a connect, so that nothing stays stale. Rejects with Refused. */
  async refresh(): Promise<void> {
    const query = this.#query;
    const before = [...this.#shown.values()];
    const found = new Map<string, Task>();
    let cursor: string | null = null;
    do {
      const page: { tasks: readonly Task[]; next_cursor: string | null } = await this.#ask(query, cursor, before.length > firstPage ? nextPage : firstPage);
      if (query !== this.#query) return;
      for (const task of page.tasks) found.set(task.infohash, task);
      cursor = page.next_cursor;
    } while (cursor !== null && found.size < before.length);
    // What was pushed meanwhile stays; what was there before and is not found is gone.
    for (const { infohash } of before) if (!found.has(infohash)) this.#shown.delete(infohash);
    for (const task of found.values()) this.#put(task);
    [this.#cursor, this.#edge, this.#isRead] = [cursor, [...found.values()].at(-1), true];
    this.#publish();
  }

  /** The next page; who asks while one is on its way waits for that. Rejects with Refused. */
  readMore(): Promise<void> {
    this.#reading ??= this.#readNext().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** All that the server has, within a bound. Rejects with Refused. */
  async readAll(): Promise<void> {
    const query = this.#query;
    while (query === this.#query && this.#cursor !== null && this.#shown.size < mostRead) await this.readMore();
  }

  /** Takes a change that was pushed. */
  push(value: unknown): void {
    const task = readTask(value);
    if (task === undefined || this.#deleted.has(task)) return;
    const shown = this.#shown.get(task.infohash);
    if (isOlder(task, shown)) return;
    this.#tell(task);
    if (!matches(this.#query, task)) this.#shown.delete(task.infohash);
    else if (shown !== undefined || this.#isInReach(task)) this.#shown.set(task.infohash, task);
    this.#publishSoon();
  }

  remove(infohash: string): void {
    const task = this.#shown.get(infohash);
    if (task === undefined) return;
    this.#deleted.add(task);
    this.#shown.delete(infohash);
    this.#publishSoon();
  }

  /** The task, and whether it is new. It is in the list at once, whatever is looked for. Rejects with Refused. */
  async submit(form: FormData): Promise<{ readonly task: Task; readonly isNew: boolean }> {
    const { status, answer: task } = await askFully('/tasks/', readTask, { method: 'POST', body: form });
    this.#tell(task);
    this.#take(task);
    return { task, isNew: status === 201 };
  }

  /** Rejects with Refused. */
  async wish(infohash: string, what: 'pause' | 'resume' | 'retry'): Promise<void> {
    const task = await ask(`/tasks/${infohash}/${what}`, readTask, { method: 'POST' });
    this.#tell(task);
    if (this.#shown.has(infohash)) this.#take(task);
  }

  /** With what it has on a volume, or without. Rejects with Refused. */
  async delete(infohash: string, withData: boolean): Promise<void> {
    await tell(`/tasks/${infohash}?data=${withData}`, { method: 'DELETE' });
    this.remove(infohash);
  }

  async #readNext(): Promise<void> {
    const [query, cursor] = [this.#query, this.#cursor];
    if (cursor === null) return;
    const page = await this.#ask(query, cursor, nextPage);
    if (query !== this.#query) return;
    for (const task of page.tasks) this.#put(task);
    this.#cursor = page.next_cursor;
    this.#edge = page.tasks.at(-1) ?? this.#edge;
    this.#publish();
  }

  #ask(query: Query, cursor: string | null, limit: number): Promise<{ readonly tasks: readonly Task[]; readonly next_cursor: string | null }> {
    const parameters = parametersOf(query);
    return ask(`/tasks/?limit=${limit}${parameters === '' ? '' : `&${parameters}`}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, readPage);
  }

  #isInReach(task: Task): boolean {
    if (this.#cursor === null || this.#edge === undefined) return true;
    const order = comparerOf({ key: 'added', isDescending: !isServerOrder(this.#query.sort) || this.#query.sort.isDescending });
    return order(task, this.#edge) < 0;
  }

  #tell(task: Task): void {
    const shown = this.#shown.get(task.infohash);
    for (const listener of this.listeners) listener(task, shown);
  }

  #take(task: Task): void {
    this.#put(task);
    this.#publish();
  }

  /** An older one than is shown changes nothing. */
  #put(task: Task): void {
    const shown = this.#shown.get(task.infohash);
    if (this.#deleted.has(task) || isOlder(task, shown)) return;
    this.#shown.set(task.infohash, task);
  }

  #publishSoon(): void {
    this.#timer ??= setTimeout(() => this.#publish(), showEveryMs);
  }

  #publish(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.store.set({ list: [...this.#shown.values()].sort(this.#compare), hasMore: this.#cursor !== null, isRead: this.#isRead });
  }
}
