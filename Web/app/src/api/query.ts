import type { Task } from './task.js';

/* Which tasks are looked at, and in which order: what is in the address of the list. */

/** The states that one looks for together; each by the name that it has in the address. */
export const groups = {
  all: [],
  active: ['Fetching', 'Screenshotting', 'Downloading', 'Transcoding'],
  waiting: ['Pending'],
  done: ['Completed'],
  playable: ['Playable'],
  paused: ['Paused'],
  failed: ['Failed'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as readonly Group[];

export const sortKeys = ['name', 'state', 'progress', 'size', 'shots', 'down', 'up', 'peers', 'eta', 'added'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sort = { readonly key: SortKey; readonly isDescending: boolean };

export type Query = { readonly q: string; readonly group: Group; readonly sort: Sort };
export const everything: Query = { q: '', group: 'all', sort: { key: 'added', isDescending: true } };

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const lifeOrder = ['Failed', 'Paused', 'Pending', 'Fetching', 'Screenshotting', 'Downloading', 'Transcoding', 'Playable', 'Completed'];

/** What is unknown is less than all that is known. */
const numbers: Readonly<Partial<Record<SortKey, (task: Task) => number>>> = {
  state: ({ state }) => lifeOrder.indexOf(state),
  progress: ({ progress }) => progress ?? -1,
  size: ({ size_bytes }) => size_bytes ?? -1,
  shots: ({ shots_stored }) => shots_stored,
  down: ({ down_bytes_per_second }) => down_bytes_per_second,
  up: ({ up_bytes_per_second }) => up_bytes_per_second,
  peers: ({ peers }) => peers,
  eta: ({ remaining_s }) => remaining_s ?? -1,
};

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
/** As the server has them (TaskQuery.cs): the times are of one form, so that their texts have their order. */
const byCreation = (one: Task, other: Task): number => byText(one.created_at, other.created_at) || byText(one.infohash, other.infohash);

/** The server pages by time of creation alone; any other order is made here, of all that was read. */
export const isServerOrder = ({ key }: Sort): boolean => key === 'added';

export function comparerOf({ key, isDescending }: Sort): (one: Task, other: Task) => number {
  const sign = isDescending ? -1 : 1;
  const number = numbers[key];
  const first = key === 'name' ? (one: Task, other: Task) => collator.compare(one.name ?? one.infohash, other.name ?? other.infohash)
    : number === undefined ? () => 0
    : (one: Task, other: Task) => number(one) - number(other);
  return (one, other) => sign * (first(one, other) || byCreation(one, other));
}

/** Whether a task that was pushed is one of those that the server would find. */
export function matches({ q, group }: Query, { state, name, infohash }: Task): boolean {
  const states: readonly string[] = groups[group];
  const words = q.trim().toLowerCase();
  return (states.length === 0 || states.includes(state)) && (words === '' || (name ?? '').toLowerCase().includes(words) || infohash.startsWith(words));
}

/** What the server is asked; the name of the sort is its own. */
export function parametersOf({ q, group, sort }: Query): string {
  const parameters = new URLSearchParams();
  if (groups[group].length > 0) parameters.set('state', groups[group].join(','));
  if (q.trim() !== '') parameters.set('q', q.trim());
  if (isServerOrder(sort) && !sort.isDescending) parameters.set('sort', 'created_at');
  return parameters.toString();
}
