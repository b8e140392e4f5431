import { useEffect, useState } from 'react';
import { ask, Refused } from '../api/server.js';
import { isOlder } from '../api/task-order.js';
import { readDetail, readTimeline, type Task, type TaskDetail, type TimelineEntry } from '../api/task.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';

const againAfterMs = 1000;

/** `task` is the newest of what was read and what was pushed since. */
export type Details = { readonly task: Task; readonly detail: TaskDetail; readonly timeline: readonly TimelineEntry[] };

/** One task, read at first, after each connect, and a while after each change that is pushed. */
export function useDetail(state: PageState, infohash: string): { readonly details: Details | undefined; readonly problem: string | undefined } {
  const texts = useTexts();
  const [read, setRead] = useState<Omit<Details, 'task'>>();
  const [pushed, setPushed] = useState<Task>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let isLeft = false;
    let isReading = false;
    let isStale = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      [isReading, isStale] = [true, false];
      try {
        const [detail, timeline] = await Promise.all([ask(`/tasks/${infohash}`, readDetail), ask(`/tasks/${infohash}/timeline`, readTimeline)]);
        if (isLeft) return;
        setRead({ detail, timeline });
        setProblem(undefined);
      } catch (thrown) {
        if (!(thrown instanceof Refused)) throw thrown;
        if (!isLeft) setProblem(thrown.detail ?? texts('server.silent'));
      } finally {
        isReading = false;
        if (isStale) lookSoon();
      }
    };
    const lookSoon = (): void => {
      isStale = true;
      if (isLeft || isReading) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void look();
      }, againAfterMs);
    };
    const onChange = (task: Task): void => {
      if (task.infohash !== infohash) return;
      setPushed(task);
      lookSoon();
    };
    state.tasks.listeners.add(onChange);
    const unsubscribe = state.live.subscribe(() => state.live.get() === 'up' && lookSoon());
    void look();
    return () => {
      isLeft = true;
      clearTimeout(timer);
      unsubscribe();
      state.tasks.listeners.delete(onChange);
    };
  }, [state, infohash, texts]);
  if (read === undefined) return { details: undefined, problem };
  const task = pushed !== undefined && !isOlder(pushed, read.detail) ? pushed : read.detail;
  return { details: { ...read, task }, problem };
}
