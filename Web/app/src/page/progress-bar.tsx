import type { ReactNode } from 'react';
import type { Task } from '../api/task.js';
import { useTexts } from './context.js';
import { percent, stateOf, titleOf, toneOf } from './task-words.js';

/** How far a task is in its state: a moving bar while that is not known, and none for what does not go on. */
export function ProgressBar({ task, hasNumber = true }: { readonly task: Task; readonly hasNumber?: boolean }): ReactNode {
  const texts = useTexts();
  const { status, progress } = task;
  const isEnded = status === 'success';
  if (!isEnded && progress === null && status !== 'working') return null;
  const value = isEnded ? 1 : progress;
  return (
    <span
      className={`progress ${toneOf(task)}`} role="progressbar" aria-label={texts('task.progress', { name: titleOf(task) })} aria-valuetext={value === null ? stateOf(task, texts) : `${stateOf(task, texts)}, ${percent(value)}`}
      {...(value === null ? {} : { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.floor(value * 100) })}
    >
      <span className="bar"><span className={value === null ? 'unknown' : 'known'} style={value === null ? undefined : { transform: `scaleX(${value})` }} /></span>
      {hasNumber && <span className="number">{value === null ? '' : percent(value)}</span>}
    </span>
  );
}
