import { Loader, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { readWorkers, type Worker } from '../api/system.js';
import { bytes, legible, took } from '../texts/format.js';
import { isText } from '../texts/translate.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { useAnswer } from './use-answer.js';

/** As often as workers say that they are there. */
const everyMs = 10_000;

/** Who works, where and at how much. */
export function WorkersPage({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const { value: workers, refusal } = useAnswer(state, '/workers/', readWorkers, everyMs);
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('place.workers')}{workers !== undefined && <span className="count">{workers.length}</span>}</Title>
      {refusal !== undefined && <Text size="sm" role="alert" className="failure">{refusal.detail ?? texts('server.silent')}</Text>}
      {workers === undefined && refusal === undefined && <Loader className="middle" />}
      {workers?.length === 0 && <Text size="sm" c="dimmed">{texts('worker.none')}</Text>}
      {workers !== undefined && workers.length > 0 && <WorkerTable workers={workers} />}
    </section>
  );
}

const columns = ['kind', 'state', 'host', 'volume', 'slots', 'disk', 'version', 'seen'] as const;

function WorkerTable({ workers }: { readonly workers: readonly Worker[] }): ReactNode {
  const texts = useTexts();
  const now = Date.now();
  const word = (key: string, value: string): string => (isText(key) ? texts(key) : legible(value));
  return (
    <table className="plain stacked">
      <thead><tr>{columns.map((column) => <th key={column} scope="col">{texts(`worker.${column}`)}</th>)}</tr></thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.name}>
            <th scope="row" data-label={texts('worker.kind')} title={legible(worker.name)}>{word(`kind.${worker.kind}`, worker.kind)}</th>
            <td data-label={texts('worker.state')}><span className={`state ${worker.state === 'alive' ? 'good' : worker.state === 'silent' ? 'bad' : 'quiet'}`}>{word(`alive.${worker.state}`, worker.state)}</span></td>
            <td data-label={texts('worker.host')}>{legible(worker.host)}</td>
            <td data-label={texts('worker.volume')}>{legible(worker.volume ?? '')}</td>
            <td data-label={texts('worker.slots')}><span className="slots"><meter min={0} max={Math.max(1, worker.slots)} value={worker.busy} aria-label={texts('worker.slots')} />{`${worker.busy} / ${worker.slots}`}</span></td>
            <td data-label={texts('worker.disk')}>{worker.free_bytes === null ? '' : bytes(worker.free_bytes)}</td>
            <td data-label={texts('worker.version')} className="breakable">{legible(worker.version)}</td>
            <td data-label={texts('worker.seen')}><time dateTime={worker.seen_at}>{texts('worker.ago', { time: took(Math.max(0, now - Date.parse(worker.seen_at))) })}</time></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
