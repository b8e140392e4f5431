import { Button, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { Task } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { legible } from '../texts/format.js';
import { useTexts } from './context.js';
import { againOf, failureOf } from './task-words.js';
import { isFor, useWishes } from './wishes.js';

const tickMs = 1000;

/** What is wrong, in a sentence, and what comes next: when it is tried again, or that a person has to decide. */
export function FailureNotice({ task, tasks }: { readonly task: Task; readonly tasks: TaskList }): ReactNode {
  const texts = useTexts();
  const wishes = useWishes(tasks);
  const { failure, reason, status, state } = task;
  const retryAt = failure?.retry_at ?? null;
  const now = useNow(retryAt !== null);
  if (failure === null || status === 'success') {
    return reason === null || status === 'success' ? null : <div className="notice-line waiting" role="status"><Text size="sm">{legible(reason)}</Text></div>;
  }
  const { sentence, said } = failureOf(failure, texts);
  const canRetry = isFor.retry(task);
  return (
    <div className={`notice-line ${retryAt === null ? 'bad' : 'again'}`}>
      <div>
        <Text size="sm" fw={600}>{sentence}</Text>
        {said !== undefined && <Text size="sm" className="breakable">{said}</Text>}
        {retryAt !== null && <Text size="sm" className="countdown">{againOf(retryAt, now, texts)}</Text>}
        {retryAt === null && state === 'Failed' && <Text size="sm">{texts(status === 'permanent_failure' ? 'task.final' : 'task.gaveUp')}</Text>}
        {wishes.refusals.map((why, at) => <Text key={at} size="sm" role="alert" className="failure">{why}</Text>)}
      </div>
      {canRetry && <Button size="xs" variant="default" loading={wishes.isBusy} onClick={() => void wishes.run('retry', [task])}>{texts(retryAt === null ? 'task.retry' : 'task.retryNow')}</Button>}
    </div>
  );
}

function useNow(isNeeded: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isNeeded) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now;
}
