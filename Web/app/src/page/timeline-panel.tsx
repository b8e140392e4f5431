import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TimelineEntry } from '../api/task.js';
import { legible, took } from '../texts/format.js';
import { useTexts } from './context.js';
import { ended, nameOfState } from './task-words.js';

/** Every change of state, with its cause, who did it, and how long the task stayed. The last comes first: it is what one looks for. */
export function TimelinePanel({ timeline }: { readonly timeline: readonly TimelineEntry[] }): ReactNode {
  const texts = useTexts();
  const lines = timeline.map((entry, at) => {
    const next = timeline[at + 1];
    return { entry, stayed: next === undefined ? '' : took(Date.parse(next.at) - Date.parse(entry.at)) };
  });
  return (
    <section className="panel">
      <Title order={3} size="h6" className="panel-title">{texts('task.timeline')}</Title>
      <ol className="timeline" reversed>
        {lines.toReversed().map(({ entry, stayed }, at) => (
          <li key={timeline.length - at} className={ended.includes(entry.to_state) ? `end ${entry.to_state}` : undefined}>
            <div className="timeline-head">
              <strong>{nameOfState(entry.to_state, texts)}</strong>
              <span className="facts">{stayed}</span>
            </div>
            <div className="breakable">{legible(entry.cause)}</div>
            <div className="facts breakable">
              <time dateTime={entry.at}>{new Date(entry.at).toLocaleString(texts.language)}</time>
              {entry.worker !== null && entry.worker !== '' && ` · ${legible(entry.worker)}`}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
