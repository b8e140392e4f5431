import { Text, Title } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { askAnyStatus } from '../api/server.js';
import { isThere, readHealth, readWorkers, type Health, type Stats, type Worker } from '../api/system.js';
import { bytes, legible } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
import { BrowserPanel } from './browser-panel.js';
import { useStore, useTexts } from './context.js';
import { KeysPanel } from './keys-panel.js';
import type { PageState } from './page-state.js';
import { useAnswer } from './use-answer.js';

const everyMs = 10_000;
/** A volume with less is worth a word. */
const littleBytes = 10 * 1024 ** 3;

/** How the whole is, and what to do about what is not well. */
export function SystemPage({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const ready = useAnswer(state, '/health/ready', readHealth, everyMs, askAnyStatus);
  const live = useAnswer(state, '/health/live', readHealth, everyMs, askAnyStatus);
  const { value: workers } = useAnswer(state, '/workers/', readWorkers, everyMs);
  const stats = useStore(state.stats);
  return (
    <div className="system">
      <section className="panel">
        <Title order={2} size="h5" className="panel-title">{texts('system.health')}</Title>
        <ul className="health">{linesOf(ready.value, live.value, ready.refusal !== undefined, stats, workers, texts).map((line) => <HealthLine key={line.name} {...line} />)}</ul>
      </section>
      <Queues stats={stats} />
      <Disks workers={workers} />
      <KeysPanel state={state} />
      <BrowserPanel />
      <section className="panel">
        <Title order={2} size="h5" className="panel-title">{texts('system.about')}</Title>
        <Text size="sm">{texts('system.what')}</Text>
        <dl className="numbers">
          {versionsOf(workers, texts).map(([version, kinds]) => <div key={version}><dt>{texts('worker.version')}</dt><dd>{`${legible(version)} (${kinds.join(', ')})`}</dd></div>)}
        </dl>
        <Text size="sm"><a className="link" href="/openapi/v1.json">{texts('system.api')}</a></Text>
      </section>
    </div>
  );
}

type Line = { readonly name: string; readonly tone: 'good' | 'warn' | 'bad'; readonly what: string; readonly doing: string | undefined };

function HealthLine({ tone, what, doing }: Line): ReactNode {
  return <li><span className={`state ${tone}`}>{what}</span>{doing !== undefined && <span className="doing">{doing}</span>}</li>;
}

/** Each check of the server, and what the numbers say beside them; of what is not well, what to do. */
function linesOf(ready: Health | undefined, live: Health | undefined, isSilent: boolean, stats: Stats | undefined, workers: readonly Worker[] | undefined, texts: Texts): readonly Line[] {
  const lines: Line[] = [];
  if (isSilent) lines.push({ name: 'server', tone: 'bad', what: texts('server.silent'), doing: texts('doing.server') });
  for (const [name, { status, description }] of [...(live?.checks ?? []), ...(ready?.checks ?? [])]) {
    const [key, doing] = [`check.${name}`, `doing.${name}`];
    const word = isText(key) ? texts(key) : legible(name);
    lines.push({
      name, tone: status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad',
      what: texts('check.is', { name: word, status: texts(`health.${status}`) }),
      doing: status === 'healthy' ? undefined : [description === null ? '' : legible(description), isText(doing) ? texts(doing) : texts('doing.unknown')].filter((part) => part !== '').join(' '),
    });
  }
  if (stats?.broker.reachable === false) lines.push({ name: 'broker', tone: 'bad', what: texts('broker.away'), doing: texts('doing.broker') });
  const errors = stats?.broker.queues.reduce((sum, queue) => sum + queue.errors + queue.skipped, 0) ?? 0;
  if (errors > 0) lines.push({ name: 'errors', tone: 'warn', what: texts.count('broker.errors', errors), doing: texts('doing.errors') });
  if (workers !== undefined) {
    for (const kind of ['Screenshots', 'Download', 'Transcode'] as const) {
      if (!workers.some((worker) => worker.kind === kind && worker.state === 'alive')) {
        lines.push({ name: kind, tone: 'warn', what: texts('check.noWorker', { kind: texts(`kind.${kind}`) }), doing: texts('doing.noWorker') });
      }
    }
  }
  return lines;
}

function Queues({ stats }: { readonly stats: Stats | undefined }): ReactNode {
  const texts = useTexts();
  if (stats === undefined) return null;
  const numbers = new Intl.NumberFormat(texts.language);
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('system.queues')}</Title>
      {stats.work_items.length === 0 && <Text size="sm" c="dimmed">{texts('system.idle')}</Text>}
      <dl className="numbers">
        {stats.work_items.map(({ step, state, count }) => <div key={`${step} ${state}`}><dt>{`${word(`kind.${step}`, step, texts)} · ${word(`file.${state.toLowerCase()}`, state, texts)}`}</dt><dd>{numbers.format(count)}</dd></div>)}
      </dl>
      {stats.broker.queues.length > 0 && (
        <table className="plain">
          <thead><tr>{(['name', 'ready', 'consumers', 'errors'] as const).map((column) => <th key={column} scope="col">{texts(`queue.${column}`)}</th>)}</tr></thead>
          <tbody>
            {stats.broker.queues.map(({ name, ready, consumers, errors, skipped }) => (
              <tr key={name}><th scope="row" className="breakable">{breakableAtDots(name)}</th><td>{numbers.format(ready)}</td><td>{consumers}</td><td className={errors + skipped > 0 ? 'failure' : undefined}>{errors + skipped}</td></tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The free space of each volume, as the last of its workers said it. */
function Disks({ workers }: { readonly workers: readonly Worker[] | undefined }): ReactNode {
  const texts = useTexts();
  const free = new Map<string, number>();
  for (const worker of workers ?? []) {
    const { volume, free_bytes } = worker;
    if (volume !== null && free_bytes !== null && isThere(worker) && !free.has(volume)) free.set(volume, free_bytes);
  }
  if (free.size === 0) return null;
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('system.disk')}</Title>
      <dl className="numbers">
        {[...free].map(([volume, left]) => (
          <div key={volume}><dt>{legible(volume)}</dt><dd><span className={left < littleBytes ? 'state warn' : 'state good'}>{texts('system.free', { size: bytes(left) })}</span></dd></div>
        ))}
      </dl>
    </section>
  );
}

function versionsOf(workers: readonly Worker[] | undefined, texts: Texts): readonly (readonly [string, readonly string[]])[] {
  const kinds = new Map<string, Set<string>>();
  for (const { version, kind } of workers ?? []) kinds.set(version, (kinds.get(version) ?? new Set()).add(word(`kind.${kind}`, kind, texts)));
  return [...kinds].map(([version, those]) => [version, [...those]]);
}

const word = (key: string, value: string, texts: Texts): string => (isText(key) ? texts(key) : legible(value));

/** On a narrow screen a name of several parts is better broken between them. */
const breakableAtDots = (name: string): ReactNode => legible(name).split('.').map((part, at) => <Fragment key={at}>{at > 0 && <>.<wbr /></>}{part}</Fragment>);
