import type { Reader } from '@eventtorrent/protocol';
import { useEffect, useState } from 'react';
import { ask, Refused } from '../api/server.js';
import type { PageState } from './page-state.js';

export type Answer<T> = { readonly value: T | undefined; readonly refusal: Refused | undefined };

/** Asks at first, after each connect, and every so often: for what is not pushed, while somebody looks at it. `again` asks at once. */
export function useAnswer<T>(state: PageState, path: string, reader: Reader<T>, everyMs: number, read = ask<T>): Answer<T> & { again(): void } {
  const [answer, setAnswer] = useState<Answer<T>>({ value: undefined, refusal: undefined });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    const look = async (): Promise<void> => {
      if (isAsking) return;
      isAsking = true;
      clearTimeout(timer);
      try {
        const value = await read(path, reader);
        if (!isLeft) setAnswer({ value, refusal: undefined });
      } catch (thrown) {
        if (!(thrown instanceof Refused)) throw thrown;
        if (!isLeft) setAnswer(({ value }) => ({ value, refusal: thrown }));
      }
      isAsking = false;
      if (!isLeft) timer = setTimeout(() => void look(), everyMs);
    };
    const unsubscribe = state.live.subscribe(() => state.live.get() === 'up' && void look());
    void look();
    return () => {
      isLeft = true;
      clearTimeout(timer);
      unsubscribe();
    };
  }, [state, path, reader, everyMs, read, times]);
  return { ...answer, again: () => setTimes((now) => now + 1) };
}
