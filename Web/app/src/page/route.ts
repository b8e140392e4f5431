import { useSyncExternalStore } from 'react';
import { everything, groupNames, sortKeys, type Query } from '../api/query.js';

export const views = ['table', 'gallery'] as const;
export type View = (typeof views)[number];
/** What the list shows and how; all of it is in the address, so that it can be kept and sent. `add` is a link that another program asks to be added. */
export type ListRoute = { readonly at: 'list'; readonly query: Query; readonly view: View | undefined; readonly add: string | undefined };

/** Where in the page one is. It is in the fragment, so that the server knows one address only. */
export type Route =
  | ListRoute
  | { readonly at: 'task'; readonly infohash: string }
  | { readonly at: 'watch'; readonly infohash: string; readonly file: number | undefined }
  | { readonly at: 'workers' }
  | { readonly at: 'system' };

const mostWords = 200;
const mostAdded = 20_000;

export function parseRoute(fragment: string): Route {
  if (fragment === addressOf.workers) return { at: 'workers' };
  if (fragment === addressOf.system) return { at: 'system' };
  const [, place, infohash, file] = /^#\/(task|watch)\/([0-9a-f]{40}|[0-9a-f]{64})(?:\/(\d{1,4}))?$/.exec(fragment) ?? [];
  if (infohash === undefined) return parseList(fragment);
  return place === 'task' ? { at: 'task', infohash } : { at: 'watch', infohash, file: file === undefined ? undefined : Number(file) };
}

/** Whatever is not one of ours is as if it were not there. */
function parseList(fragment: string): ListRoute {
  const parameters = new URLSearchParams(/^#\/\?(.*)$/.exec(fragment)?.[1] ?? '');
  const sort = parameters.get('sort') ?? '';
  const key = sortKeys.find((one) => one === sort.replace(/^-/, ''));
  return {
    at: 'list',
    query: {
      q: (parameters.get('q') ?? '').slice(0, mostWords),
      group: groupNames.find((one) => one === parameters.get('state')) ?? everything.group,
      sort: key === undefined ? everything.sort : { key, isDescending: sort.startsWith('-') },
    },
    view: views.find((one) => one === parameters.get('view')),
    add: parameters.get('add')?.slice(0, mostAdded),
  };
}

function toList({ q, group, sort }: Query, view?: View): string {
  const parameters = new URLSearchParams();
  if (group !== everything.group) parameters.set('state', group);
  if (q !== '') parameters.set('q', q);
  if (sort.key !== everything.sort.key || sort.isDescending !== everything.sort.isDescending) parameters.set('sort', `${sort.isDescending ? '-' : ''}${sort.key}`);
  if (view !== undefined) parameters.set('view', view);
  const text = parameters.toString();
  return text === '' ? '#/' : `#/?${text}`;
}

export const addressOf = {
  list: '#/',
  found: toList,
  task: (infohash: string): string => `#/task/${infohash}`,
  watch: (infohash: string, file?: number): string => `#/watch/${infohash}${file === undefined ? '' : `/${file}`}`,
  workers: '#/workers',
  system: '#/system',
  /** For programs that hand links on: the browser puts the link in the place of %s. */
  adding: '/#/?add=%s',
} as const;

const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener('hashchange', listener);
  return () => (listeners.delete(listener), removeEventListener('hashchange', listener));
};

/** Another address for the same place: going back leads to the place before. */
export function replaceAddress(address: string): void {
  history.replaceState(history.state, '', address);
  for (const listener of listeners) listener();
}

export const useFragment = (): string => useSyncExternalStore(subscribe, () => location.hash);
