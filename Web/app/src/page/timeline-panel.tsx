import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TimelineEntry } from '../api/task.js';
import type { TextKey } from '../texts/en.js';
import { legible, took } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
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
            <div className="breakable">{causeOf(entry.cause, texts)}</div>
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

/** What the server says of why (Sagas/TorrentTaskMachine.cs), which is kept in its own words. */
const causes: Readonly<Record<string, TextKey>> = {
  'Submitted': 'cause.submitted',
  'Submitted again': 'cause.submittedAgain',
  'A worker joins the swarm': 'cause.begun',
  'Pictures are taken': 'cause.pictures',
  'The files are to be downloaded': 'cause.download',
  'The files are on the volume': 'cause.here',
  'All that can be played is in place': 'cause.playable',
  'All that can be had is stored': 'cause.stored',
  'No attempt is left': 'cause.noAttempt',
  'Paused by a person': 'cause.paused',
  'Resumed': 'cause.resumed',
  'The stream is kept no longer': 'cause.expired',
};

/** In the words of the page where it has some; of a failure, its sentence, and what the server says beside it. */
function causeOf(cause: string, texts: Texts): string {
  const key = Object.hasOwn(causes, cause) ? causes[cause] : undefined;
  if (key !== undefined) return texts(key);
  const [, kind = '', said = ''] = /^(\w+): ([^]*)$/.exec(cause) ?? [];
  const failure = `failure.${kind}`;
  return isText(failure) ? `${texts(failure)} ${legible(said)}` : legible(cause);
}
