import type { Failure, Task } from '../api/task.js';
import { bytes, clock } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';

export const ended: readonly string[] = ['Completed', 'Playable', 'Failed'];

export const titleOf = ({ name, infohash }: Task): string => name ?? infohash;

export function stateOf({ state, status }: Task, texts: Texts): string {
  if (status === 'recoverable_failure' && state !== 'Failed') return texts('state.again');
  const key = `state.${state}`;
  return isText(key) ? texts(key) : state;
}

export const colourOf: Readonly<Record<string, string>> = {
  pending: 'gray', working: 'blue', success: 'teal', recoverable_failure: 'orange', permanent_failure: 'red',
};

/** What is known in numbers. */
export function factsOf(task: Task, texts: Texts): string {
  const parts: string[] = [];
  if (task.size_bytes !== null) parts.push(bytes(task.size_bytes));
  if (task.shots_wanted === null) parts.push(texts.count('task.shots', task.shots_stored));
  else if (task.shots_wanted > 0) parts.push(texts('task.shotsOf', { stored: task.shots_stored, wanted: task.shots_wanted }));
  if (task.bytes_fetched > 0) parts.push(texts('task.fetched', { size: bytes(task.bytes_fetched) }));
  if (task.status === 'working' && task.state !== 'Transcoding') {
    parts.push(texts.count('task.peers', task.peers), texts('task.speed', { size: bytes(task.down_bytes_per_second) }));
  }
  if (task.status === 'working' && task.remaining_s !== null) parts.push(texts('task.remaining', { time: clock(task.remaining_s) }));
  return parts.join(' · ');
}

/** Why it did not go well, as the server says it, and when it is tried again. */
export function failureOf(failure: Failure, texts: Texts): string {
  const again = failure.retry_at === null ? '' : ` ${texts('task.next', { time: new Date(failure.retry_at).toLocaleTimeString(texts.language) })}`;
  return `${failure.message ?? failure.kind}${again}`;
}
