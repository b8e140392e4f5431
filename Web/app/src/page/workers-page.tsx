import { Button, Loader, Text, Title, VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { readWorker, readWorkers, type Worker } from '../api/system.js';
import { bytes, legible, took } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { useAnswer } from './use-answer.js';

/** As often as workers say that they are there. */
const everyMs = 10_000;

/** Who works, where and at how much; and who is to take no new work. */
export function WorkersPage({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const { value: workers, refusal, again } = useAnswer(state, '/workers/', readWorkers, everyMs);
  const [problem, setProblem] = useState<string>();
  const said = useSaid(workers);
  const drain = async ({ name, drain_asked }: Worker): Promise<void> => {
    setProblem(undefined);
    try {
      await ask(`/workers/${encodeURIComponent(name)}/drain`, readWorker, { method: drain_asked ? 'DELETE' : 'POST' });
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      setProblem(thrown.detail ?? texts('server.silent'));
    }
    again();
  };
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('place.workers')}{workers !== undefined && <span className="count">{workers.length}</span>}</Title>
      {refusal !== undefined && <Text size="sm" role="alert" className="failure">{refusal.detail ?? texts('server.silent')}</Text>}
      {problem !== undefined && <Text size="sm" role="alert" className="failure">{problem}</Text>}
      {workers === undefined && refusal === undefined && <Loader className="middle" />}
      {workers?.length === 0 && <Text size="sm" c="dimmed">{texts('worker.none')}</Text>}
      {workers !== undefined && workers.length > 0 && <WorkerTable workers={workers} drain={drain} />}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </section>
  );
}

const columns = ['kind', 'state', 'host', 'volume', 'slots', 'disk', 'version', 'seen'] as const;
const tones: Readonly<Partial<Record<string, string>>> = { alive: 'good', draining: 'warn', silent: 'bad' };

function WorkerTable({ workers, drain }: { readonly workers: readonly Worker[]; drain(worker: Worker): Promise<void> }): ReactNode {
  const texts = useTexts();
  const now = Date.now();
  return (
    <table className="plain stacked">
      <thead><tr>{columns.map((column) => <th key={column} scope="col">{texts(`worker.${column}`)}</th>)}<th scope="col"><span className="unseen">{texts('worker.action')}</span></th></tr></thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.name}>
            <th scope="row" data-label={texts('worker.kind')} title={legible(worker.name)}>{kindOf(worker, texts)}</th>
            <td data-label={texts('worker.state')}><span className={`state ${tones[worker.state] ?? 'quiet'}`}>{stateOf(worker, texts)}</span></td>
            <td data-label={texts('worker.host')}>{legible(worker.host)}</td>
            <td data-label={texts('worker.volume')}>{legible(worker.volume ?? '')}</td>
            <td data-label={texts('worker.slots')}><span className="slots"><meter min={0} max={Math.max(1, worker.slots)} value={worker.busy} aria-label={texts('worker.slots')} />{`${worker.busy} / ${worker.slots}`}</span></td>
            <td data-label={texts('worker.disk')}>{worker.free_bytes === null ? '' : bytes(worker.free_bytes)}</td>
            <td data-label={texts('worker.version')} className="breakable">{legible(worker.version)}</td>
            <td data-label={texts('worker.seen')}><time dateTime={worker.seen_at}>{texts('worker.ago', { time: took(Math.max(0, now - Date.parse(worker.seen_at))) })}</time></td>
            <td>{worker.state !== 'stopped' && <DrainButton worker={worker} drain={drain} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Needs no confirmation: it can be taken back. */
function DrainButton({ worker, drain }: { readonly worker: Worker; drain(worker: Worker): Promise<void> }): ReactNode {
  const texts = useTexts();
  const action = texts(worker.drain_asked ? 'worker.undrain' : 'worker.drain');
  return (
    <Button size="compact-xs" variant="default" aria-label={texts('task.named', { action, name: `${kindOf(worker, texts)} ${legible(worker.name)}` })} onClick={() => void drain(worker)}>
      {action}
    </Button>
  );
}

/** What became of a wish, for those who hear the page: a worker that drains, is drained, or takes work again. */
function useSaid(workers: readonly Worker[] | undefined): string {
  const texts = useTexts();
  const before = useRef<ReadonlyMap<string, Worker>>(new Map());
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (workers === undefined) return;
    const changed = workers.filter((worker) => {
      const was = before.current.get(worker.name);
      return was !== undefined && was.state !== worker.state && (was.drain_asked || worker.drain_asked);
    });
    before.current = new Map(workers.map((worker) => [worker.name, worker]));
    if (changed.length > 0) setSaid(changed.map((worker) => texts('worker.said', { name: `${kindOf(worker, texts)} ${legible(worker.host)}`, state: stateOf(worker, texts) })).join(' '));
    // The words of the moment: another language later says nothing again.
  }, [workers]);
  return said;
}

const kindOf = ({ kind }: Worker, texts: Texts): string => word(`kind.${kind}`, kind, texts);
const stateOf = ({ state }: Worker, texts: Texts): string => word(`alive.${state}`, state, texts);
const word = (key: string, value: string, texts: Texts): string => (isText(key) ? texts(key) : legible(value));
