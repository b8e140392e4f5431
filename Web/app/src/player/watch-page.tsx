import './player.css';
import { Anchor, Paper, Text, Title } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { isVideo, readFiles, readTask, type Task, type TaskFile } from '../api/task.js';
import { useTexts } from '../page/context.js';
import { addressOf } from '../page/route.js';
import { stateOf, titleOf } from '../page/task-words.js';
import { Player } from './player.js';

type Known = { readonly task: Task; readonly videos: readonly TaskFile[] };

/** One video of a task, and the others beside it. */
export function WatchPage({ infohash, file }: { readonly infohash: string; readonly file: number | undefined }): ReactNode {
  const texts = useTexts();
  const [known, setKnown] = useState<Known>();
  const [problem, setProblem] = useState<string>();
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    let isLeft = false;
    const read = async (): Promise<void> => {
      const [task, files] = await Promise.all([ask(`/tasks/${infohash}`, readTask), ask(`/tasks/${infohash}/files`, readFiles)]);
      if (!isLeft) setKnown({ task, videos: files.filter(isVideo) });
    };
    read().catch((thrown: unknown) => {
      if (!(thrown instanceof Refused)) throw thrown;
      if (!isLeft) setProblem(thrown.detail ?? texts('server.silent'));
    });
    return () => void (isLeft = true);
  }, [infohash, texts, attempts]);

  const back = <Anchor href={addressOf.list} size="sm">{texts('page.home')}</Anchor>;
  const task = known?.task;
  const chosen = file ?? known?.videos[0]?.index;
  const why = problem ?? (task !== undefined && task.state !== 'Playable' ? texts('why.not-playable', { state: stateOf(task, texts) }) : undefined);
  return (
    <>
      {back}
      {why !== undefined && <Paper withBorder p="md" radius="md" className="card failure" role="alert">{why}</Paper>}
      {why === undefined && (file !== undefined || known !== undefined) && (
        chosen === undefined
          ? <Paper withBorder p="md" radius="md" className="card failure" role="alert">{texts('why.not-found')}</Paper>
          : <Player key={`${chosen}/${attempts}`} infohash={infohash} file={chosen} onRetry={() => setAttempts((now) => now + 1)} />
      )}
      {task !== undefined && <Title order={2} size="h4" mt="sm" className="breakable">{titleOf(task)}</Title>}
      {known !== undefined && known.videos.length > 1 && (
        <nav aria-label={texts('player.videos')}>
          <ul className="files">
            {known.videos.map(({ index, path }) => (
              <li key={index}>
                {index === chosen ? <Text size="sm" fw={600} className="breakable" aria-current="true">{path}</Text>
                  : <Anchor href={addressOf.watch(infohash, index)} size="sm" className="breakable">{path}</Anchor>}
              </li>
            ))}
          </ul>
        </nav>
      )}
    </>
  );
}
