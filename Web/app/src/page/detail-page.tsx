import { Anchor, Paper, Text, Title } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { isVideo, readFiles, readTimeline, type Task, type TaskFile, type TimelineEntry } from '../api/task.js';
import { bytes } from '../texts/format.js';
import { isText } from '../texts/translate.js';
import { useStore, useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { Pictures } from './pictures.js';
import { addressOf } from './route.js';
import { TaskButtons } from './task-buttons.js';
import { TaskHead } from './task-card.js';

type Details = { readonly task: Task; readonly files: readonly TaskFile[]; readonly timeline: readonly TimelineEntry[] };

/** One task with its files and all that happened to it. */
export function DetailPage({ state, infohash }: { readonly state: PageState; readonly infohash: string }): ReactNode {
  const texts = useTexts();
  const pushed = useStore(state.tasks.store).list.find((task) => task.infohash === infohash);
  const [details, setDetails] = useState<Details>();
  const [problem, setProblem] = useState<string>();
  // Each change of state has an entry of its own.
  const version = `${pushed?.state} ${pushed?.name}`;
  useEffect(() => {
    let isLeft = false;
    const read = async (): Promise<void> => {
      const [task, files, timeline] = await Promise.all([
        state.tasks.read(infohash), ask(`/tasks/${infohash}/files`, readFiles), ask(`/tasks/${infohash}/timeline`, readTimeline),
      ]);
      if (!isLeft) setDetails({ task, files, timeline });
    };
    read().catch((thrown: unknown) => {
      if (!(thrown instanceof Refused)) throw thrown;
      if (!isLeft) setProblem(thrown.detail ?? texts('server.silent'));
    });
    return () => void (isLeft = true);
  }, [state, infohash, texts, version]);

  const task = pushed ?? details?.task;
  if (task === undefined) return <Text className="failure" role="alert">{problem}</Text>;
  const isPlayable = task.state === 'Playable';
  return (
    <>
      <Anchor href={addressOf.list} size="sm">{texts('page.home')}</Anchor>
      <Paper component="article" withBorder p="md" radius="md" className="card">
        <TaskHead task={task} order={2} />
        <Text size="xs" c="dimmed" mt={4} className="breakable">{`${texts('task.infohash')}: ${infohash}`}</Text>
        <Pictures task={task} isVisible />
        <TaskButtons task={task} tasks={state.tasks} onDeleted={() => (location.hash = addressOf.list)} />
      </Paper>
      {details !== undefined && details.files.length > 0 && (
        <Paper withBorder p="md" radius="md" className="card">
          <Title order={2} size="h6" mb="xs">{texts('task.files')}</Title>
          <ul className="files">
            {details.files.map((file) => (
              <li key={file.index} className={file.selected ? undefined : 'left-out'}>
                <span className="breakable">
                  {isPlayable && isVideo(file) ? <Anchor href={addressOf.watch(infohash, file.index)} size="sm">{file.path}</Anchor> : file.path}
                </span>
                <span className="facts">{bytes(file.size_bytes)}</span>
              </li>
            ))}
          </ul>
        </Paper>
      )}
      {details !== undefined && (
        <Paper withBorder p="md" radius="md" className="card">
          <Title order={2} size="h6" mb="xs">{texts('task.timeline')}</Title>
          <ol className="timeline">
            {details.timeline.map((entry, at) => {
              const key = `state.${entry.to_state}`;
              return (
                <li key={at}>
                  <time dateTime={entry.at}>{new Date(entry.at).toLocaleString(texts.language)}</time>
                  <span><strong>{isText(key) ? texts(key) : entry.to_state}</strong>{` ${entry.cause}`}</span>
                </li>
              );
            })}
          </ol>
        </Paper>
      )}
    </>
  );
}
