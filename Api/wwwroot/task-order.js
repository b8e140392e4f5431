// Which of two representations of a task is the newer one. Pushes overtake each other, and answers to requests.

const MAX_DELETED = 1000;

const createdAt = task => Date.parse(task.created_at);

/**
 * A task that was deleted and submitted again begins at version 1: when it was created counts first.
 * @param {{ created_at: string, version: number }} task
 * @param {{ created_at: string, version: number } | null} shown
 */
export function isOlder(task, shown) {
  if (!shown) {
    return false;
  }

  const later = createdAt(task) - createdAt(shown);
  return later === 0 ? task.version < shown.version : later < 0;
}

/** Remembers what was deleted, so that a change that comes late does not bring it back. */
export class Deleted {
  #tasks = new Map();

  add(task) {
    this.#tasks.delete(task.infohash);
    this.#tasks.set(task.infohash, createdAt(task));
    if (this.#tasks.size > MAX_DELETED) {
      this.#tasks.delete(this.#tasks.keys().next().value);
    }
  }

  /** Whether this is a task that was deleted, and not the same torrent submitted again. */
  has(task) {
    return createdAt(task) <= (this.#tasks.get(task.infohash) ?? -Infinity);
  }
}
