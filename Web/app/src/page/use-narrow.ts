import { useSyncExternalStore } from 'react';

/** As in page.css. */
const narrow = matchMedia('(max-width: 46rem)');

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
};

/** Whether the page is too narrow for columns. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
