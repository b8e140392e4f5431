import { Anchor, Button, Loader, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Refused } from '../api/server.js';
import { isForFiles, isVideo, type Task, type TaskDetail, type TaskFile } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { bitRate, bytes, clock, legible } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
import { useTexts } from './context.js';
import { FailureNotice } from './failure-notice.js';
import { FetchedMap } from './fetched-map.js';
import { NumbersPanel } from './numbers-panel.js';
import type { PageState } from './page-state.js';
import { Pictures } from './pictures.js';
import { ProgressBar } from './progress-bar.js';
import { addressOf } from './route.js';
import { TaskButtons } from './task-buttons.js';
import { StreamList } from './stream-list.js';
import { SwarmPanel } from './swarm-panel.js';
import { State } from './task-table.js';
import { percent, titleOf } from './task-words.js';
import { TimelinePanel } from './timeline-panel.js';
import { useDetail } from './use-detail.js';

const ChooseOfTask = lazy(async () => ({ default: (await import('./choose-of-task.js')).ChooseOfTask }));

/** One task with its pictures, its files and all that happened to it. */
export function DetailPage({ state, infohash }: { readonly state: PageState; readonly infohash: string }): ReactNode {
  const texts = useTexts();
  const { details, problem } = useDetail(state, infohash);
  const back = <Anchor href={addressOf.list} size="sm" className="back">{`‹ ${texts('page.home')}`}</Anchor>;
  if (details === undefined) return <>{back}{problem === undefined ? <Loader className="middle" /> : <Text className="failure" role="alert" mt="md">{problem}</Text>}</>;
  const { task, detail, timeline } = details;
  return (
    <>
      {back}
      <article className="detail">
        <header className="detail-head">
          <Title order={2} size="h4" className="detail-name" dir="auto">{titleOf(task)}</Title>
          <div className="detail-state"><State task={task} /><ProgressBar task={task} /></div>
          <TaskButtons task={task} tasks={state.tasks} onDeleted={() => (location.hash = addressOf.list)} />
        </header>
        {problem !== undefined && <Text className="failure" role="alert">{problem}</Text>}
        <FailureNotice task={task} tasks={state.tasks} />
        <div className="detail-body">
          <div className="detail-main">
            <Pictures task={task} />
            {detail.files.length > 0 && <Files detail={detail} tasks={state.tasks} isPlayable={task.state === 'Playable'} />}
            {isInSwarm(task) && <SwarmPanel state={state} infohash={infohash} />}
          </div>
          <aside className="detail-side">
            <NumbersPanel task={task} detail={detail} />
            <TimelinePanel timeline={timeline} />
          </aside>
        </div>
      </article>
    </>
  );
}

const isInSwarm = ({ status, state }: Task): boolean => status === 'working' && state !== 'Transcoding';

function Files({ detail, tasks, isPlayable }: { readonly detail: TaskDetail; readonly tasks: TaskList; readonly isPlayable: boolean }): ReactNode {
  const texts = useTexts();
  return (
    <section className="panel">
      <div className="panel-line">
        <Title order={3} size="h6" className="panel-title">{texts('task.files')}<span className="count">{detail.files.length}</span></Title>
        <MoreFiles detail={detail} tasks={tasks} />
      </div>
      <ul className="files">
        {detail.files.map((file) => (
          <li key={file.index} className={file.selected || isForFiles(detail) ? undefined : 'left-out'}>
            <span className="file-name" dir="auto">
              {isPlayable && isVideo(file) ? <Anchor href={addressOf.watch(detail.infohash, file.index)} size="sm">{legible(file.path)}</Anchor> : legible(file.path)}
            </span>
            <span className="file-media facts">{mediaOf(file)}</span>
            <span className="file-state facts">{stateOfFile(file, detail, texts)}</span>
            <span className="file-size facts">{bytes(file.size_bytes)}</span>
            {file.streams !== null && file.streams.length > 0 && <StreamList streams={file.streams} />}
            {file.map !== null && <FetchedMap map={file.map} name={legible(file.path)} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asks for videos of the torrent that are not worked on yet. */
function MoreFiles({ detail, tasks }: { readonly detail: TaskDetail; readonly tasks: TaskList }): ReactNode {
  const texts = useTexts();
  const [isChoosing, setChoosing] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  if (!detail.files.some((file) => file.is_video === true && (!file.selected || isForFiles(detail)))) return null;
  const add = async (form: FormData): Promise<void> => {
    setRefusal(undefined);
    try {
      await tasks.submit(form);
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      setRefusal(thrown.detail ?? texts('server.silent'));
    }
  };
  return (
    <div className="panel-actions">
      {refusal !== undefined && <Text size="sm" role="alert" className="failure">{refusal}</Text>}
      <Button size="compact-sm" variant={isForFiles(detail) ? 'default' : 'subtle'} onClick={() => setChoosing(true)}>{texts('choose.ask')}</Button>
      {isChoosing && <Suspense><ChooseOfTask detail={detail} onClose={() => setChoosing(false)} onAdd={(form) => void add(form)} /></Suspense>}
    </div>
  );
}

/** What kind of video it is, as far as it was looked at. */
const mediaOf = ({ container, codec, duration_s, size_bytes }: TaskFile): string =>
  [container, codec, duration_s === null ? null : clock(duration_s), duration_s === null || duration_s < 1 ? null : bitRate((size_bytes * 8) / duration_s)]
    .filter((part) => part !== null && part !== '').join(' · ');

/** What is being done with a file: that of its stream while one is made, else that of its pictures. */
function stateOfFile({ index, selected, state, progress }: TaskFile, detail: TaskDetail, texts: Texts): string {
  if (isForFiles(detail)) return '';
  if (!selected) return texts('file.out');
  const parts = detail.transcodes.filter(({ file }) => file === index);
  const work = parts.length > 0 ? parts.filter((part) => part.part !== null || parts.length === 1) : [];
  const [said, done] = work.length === 0 ? [state, progress]
    : [work.find(({ state: one }) => one === 'running')?.state ?? work.find(({ state: one }) => one !== 'done')?.state ?? 'done',
      work.reduce((sum, part) => sum + (part.state === 'done' ? 1 : (part.progress ?? 0)), 0) / work.length];
  if (said === null) return '';
  const key = `file.${said}`;
  const word = isText(key) ? texts(key) : said;
  return said === 'running' && done !== null ? `${word} ${percent(done)}` : word;
}
