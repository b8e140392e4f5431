/* Which of two representations of a task is the newer one. Pushes overtake each other, and answers to requests. */

type Head = { readonly created_at: string; readonly version: number };

const maxDeleted = 1000;

const createdAt = (task: { readonly created_at: string }): number => Date.parse(task.created_at);

/** A task that was deleted and submitted again begins at version 1: when it was created counts first. */
export function isOlder(task: Head, shown: Head | undefined): boolean {
  if (shown === undefined) return false;
  const later = createdAt(task) - createdAt(shown);
  return later === 0 ? task.version < shown.version : later < 0;
}

/** Remembers what was deleted, so that a change that comes late does not bring it back. */
export class Deleted {
  readonly #tasks = new Map<string, number>();

  add(task: Head & { readonly infohash: string }): void {
    this.#tasks.delete(task.infohash);
    this.#tasks.set(task.infohash, createdAt(task));
    const [oldest] = this.#tasks.keys();
    if (this.#tasks.size > maxDeleted && oldest !== undefined) this.#tasks.delete(oldest);
  }

  /** Whether this is a task that was deleted, and not the same torrent submitted again. */
  has(task: Head & { readonly infohash: string }): boolean {
    return createdAt(task) <= (this.#tasks.get(task.infohash) ?? -Infinity);
  }
}
