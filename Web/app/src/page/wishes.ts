import { useState } from 'react';
import { Refused } from '../api/server.js';
import type { Task } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';
import { ended, titleOf } from './task-words.js';

export type Wish = 'pause' | 'resume' | 'retry' | 'delete' | 'delete-with-data';

const atOnce = 4;

/** Of which tasks a wish makes sense: the server says why not of the others. */
export const isFor: Readonly<Record<Wish, (task: Task) => boolean>> = {
  pause: ({ state }) => state !== 'Paused' && !ended.includes(state),
  resume: ({ state }) => state === 'Paused',
  retry: ({ failure, state }) => failure !== null && (ended.includes(state) || failure.retry_at !== null),
  delete: () => true,
  'delete-with-data': () => true,
};

export type Wishes = {
  readonly isBusy: boolean;
  /** Why the last wish was not granted to some. */
  readonly refusals: readonly string[];
  /** Whether it was granted for all. */
  run(wish: Wish, chosen: Iterable<string | Task>): Promise<boolean>;
  delete(chosen: Iterable<string | Task>, withData: boolean): Promise<boolean>;
  /** Pauses what runs; when nothing of it does, resumes what rests. */
  toggle(chosen: Iterable<string>): Promise<boolean>;
};

/** What a person wants of several tasks at once. */
export function useWishes(tasks: TaskList): Wishes {
  const texts = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const of = (wish: Wish, chosen: Iterable<string | Task>): Task[] =>
    [...chosen].map((one) => (typeof one === 'string' ? tasks.find(one) : one)).filter((task) => task !== undefined).filter(isFor[wish]);

  const run = async (wish: Wish, chosen: Iterable<string | Task>): Promise<boolean> => {
    let isGranted = true;
    const queue = of(wish, chosen);
    setBusy(true);
    setRefusals([]);
    const work = async (): Promise<void> => {
      for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
        const name = titleOf(task);
        try {
          await (wish === 'delete' || wish === 'delete-with-data' ? tasks.delete(task.infohash, wish === 'delete-with-data') : tasks.wish(task.infohash, wish));
        } catch (thrown) {
          if (!(thrown instanceof Refused)) throw thrown;
          const why = texts('add.refused', { source: name, why: thrown.detail ?? texts('server.silent') });
          isGranted = false;
          setRefusals((those) => [...those, why]);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work)).finally(() => setBusy(false));
    return isGranted;
  };
  const remove = (chosen: Iterable<string | Task>, withData: boolean): Promise<boolean> => run(withData ? 'delete-with-data' : 'delete', chosen);
  return { isBusy, refusals, run, delete: remove, toggle: (chosen) => run(of('pause', chosen).length > 0 ? 'pause' : 'resume', chosen) };
}
