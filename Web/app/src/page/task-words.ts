import type { Failure, Task } from '../api/task.js';
import { bytes, clock, legible } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';

export const ended: readonly string[] = ['Completed', 'Playable', 'Failed'];

export const titleOf = ({ name, infohash }: Pick<Task, 'name' | 'infohash'>): string => (name === null || name.trim() === '' ? infohash : legible(name));

export const nameOfState = (state: string, texts: Texts): string => {
  const key = `state.${state}`;
  return isText(key) ? texts(key) : state;
};

export function stateOf({ state, status }: Task, texts: Texts): string {
  if (status === 'recoverable_failure' && state !== 'Failed') return texts('state.again');
  return nameOfState(state, texts);
}

/** By what a person should think of it: the style sheet has the colours. */
export function toneOf({ state, status }: Task): string {
  if (state === 'Failed') return 'bad';
  if (state === 'Paused') return 'quiet';
  if (status === 'recoverable_failure') return 'warn';
  return status === 'success' ? 'good' : status === 'working' ? 'busy' : 'quiet';
}

export const speed = (perSecond: number, texts: Texts): string => texts('task.speed', { size: bytes(perSecond) });
export const percent = (progress: number): string => `${Math.floor(Math.min(1, Math.max(0, progress)) * 100)}%`;
export const shotsOf = ({ shots_stored: stored, shots_wanted: wanted }: Task): string => (wanted === null ? (stored > 0 ? String(stored) : '') : wanted > 0 ? `${stored}/${wanted}` : '');

/** What is known in numbers. */
export function factsOf(task: Task, texts: Texts): string {
  const parts: string[] = [];
  if (task.size_bytes !== null) parts.push(bytes(task.size_bytes));
  if (task.shots_wanted === null) {
    if (task.shots_stored > 0) parts.push(texts.count('task.shots', task.shots_stored));
  } else if (task.shots_wanted > 0) parts.push(texts('task.shotsOf', { stored: task.shots_stored, wanted: task.shots_wanted }));
  if (task.status === 'working' && task.state !== 'Transcoding') {
    parts.push(texts.count('task.peers', task.peers), speed(task.down_bytes_per_second, texts));
  }
  if (task.status === 'working' && task.remaining_s !== null) parts.push(texts('task.remaining', { time: clock(task.remaining_s) }));
  return parts.join(' · ');
}

/** Why it did not go well, in one sentence; what the server says of it beside that when we have words of our own. */
export function failureOf(failure: Failure, texts: Texts): { readonly sentence: string; readonly said: string | undefined } {
  const key = `failure.${failure.kind}`;
  const said = failure.message === null ? undefined : legible(failure.message);
  return isText(key) ? { sentence: texts(key), said } : { sentence: said ?? failure.kind, said: undefined };
}

/** A share that may be small. */
export const portion = (share: number): string => (share > 0 && share < 0.1 ? `${(share * 100).toFixed(1)}%` : percent(share));

/** When it is tried again: in so many seconds, or that it is due. */
export function againOf(retryAt: string, now: number, texts: Texts): string {
  const seconds = Math.ceil((Date.parse(retryAt) - now) / 1000);
  return !Number.isFinite(seconds) || seconds <= 0 ? texts('task.due') : seconds < 120 ? texts.count('task.againSeconds', seconds) : texts('task.again', { time: clock(seconds) });
}

/** The day, and the time of today's. */
export function when(at: string, texts: Texts): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleString(texts.language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}
