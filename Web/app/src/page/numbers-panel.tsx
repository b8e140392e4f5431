import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Task, TaskDetail } from '../api/task.js';
import { bytes, clock, legible, took } from '../texts/format.js';
import { useTexts } from './context.js';
import { FetchedMap } from './fetched-map.js';
import { portion, shotsOf, speed, when } from './task-words.js';

/** What is known of a task in numbers; lines that would be empty are left out. */
export function NumbersPanel({ task, detail }: { readonly task: Task; readonly detail: TaskDetail }): ReactNode {
  const texts = useTexts();
  const { size_bytes: size, bytes_fetched: fetched } = task;
  const { download } = detail;
  const isWorking = task.status === 'working';
  const share = size !== null && size > 0 ? fetched / size : null;
  const lines: readonly (readonly [string, string])[] = [
    [texts('fact.size'), size === null ? '' : bytes(size)],
    [texts('fact.fetched'), fetched === 0 ? '' : share === null ? bytes(fetched) : texts('fact.share', { size: bytes(fetched), share: portion(share) })],
    [texts('fact.needed'), detail.bytes_needed === 0 ? '' : bytes(detail.bytes_needed)],
    [texts('column.shots'), shotsOf(task)],
    [texts('fact.first'), detail.time_to_first_shot_ms === null ? '' : took(detail.time_to_first_shot_ms)],
    [texts('column.down'), isWorking ? speed(task.down_bytes_per_second, texts) : ''],
    [texts('column.up'), isWorking && task.up_bytes_per_second > 0 ? speed(task.up_bytes_per_second, texts) : ''],
    [texts('column.peers'), isWorking ? `${task.peers} / ${task.seeds}` : ''],
    [texts('column.eta'), isWorking && task.remaining_s !== null ? clock(task.remaining_s) : ''],
    [texts('fact.downloaded'), download?.done_bytes == null ? '' : download.total_bytes === null ? bytes(download.done_bytes) : texts('fact.of', { done: bytes(download.done_bytes), total: bytes(download.total_bytes) })],
    [texts('fact.wasted'), download === null || download.wasted_bytes === 0 ? '' : bytes(download.wasted_bytes)],
    [texts('fact.volume'), download?.volume == null ? '' : legible(download.volume)],
    [texts('column.added'), when(task.created_at, texts)],
    [texts('fact.ended'), detail.ended_at === null ? '' : when(detail.ended_at, texts)],
    [texts('fact.took'), detail.started_at === null || detail.ended_at === null ? '' : took(Date.parse(detail.ended_at) - Date.parse(detail.started_at))],
  ];
  return (
    <section className="panel">
      <Title order={3} size="h6" className="panel-title">{texts('task.numbers')}</Title>
      {download?.map != null ? <FetchedMap map={download.map} name={texts('kind.Download')} /> : share !== null && (
        <div className="fetched-bar" aria-hidden="true"><span style={{ transform: `scaleX(${Math.min(1, share)})` }} /></div>
      )}
      <dl className="numbers">
        {lines.filter(([, value]) => value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
        <div className="wide"><dt>{texts('task.infohash')}</dt><dd className="hash">{task.infohash}</dd></div>
      </dl>
    </section>
  );
}
