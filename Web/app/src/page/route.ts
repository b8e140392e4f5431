import { useSyncExternalStore } from 'react';

/** Where in the page one is. It is in the fragment, so that the server knows one address only. */
export type Route =
  | { readonly at: 'list' }
  | { readonly at: 'task'; readonly infohash: string }
  | { readonly at: 'watch'; readonly infohash: string; readonly file: number | undefined };

export function parseRoute(fragment: string): Route {
  const [, place, infohash, file] = /^#\/(task|watch)\/([0-9a-f]{40}|[0-9a-f]{64})(?:\/(\d{1,4}))?$/.exec(fragment) ?? [];
  if (infohash === undefined) return { at: 'list' };
  return place === 'task' ? { at: 'task', infohash } : { at: 'watch', infohash, file: file === undefined ? undefined : Number(file) };
}

export const addressOf = {
  list: '#/',
  task: (infohash: string): string => `#/task/${infohash}`,
  watch: (infohash: string, file?: number): string => `#/watch/${infohash}${file === undefined ? '' : `/${file}`}`,
};

const subscribe = (listener: () => void): (() => void) => {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
};

export const useFragment = (): string => useSyncExternalStore(subscribe, () => location.hash);
