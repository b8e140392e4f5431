import './player.css';
import { Anchor, Loader, Paper, Text, Title } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { readTask, type Task, type TaskTicket } from '../api/task.js';
import { useTexts } from '../page/context.js';
import { addressOf } from '../page/route.js';
import { stateOf, titleOf } from '../page/task-words.js';
import { Player } from './player.js';
import { askForStreams } from './stream.js';

/** One video of a task, and the others beside it. */
export function WatchPage({ infohash, file }: { readonly infohash: string; readonly file: number | undefined }): ReactNode {
  const texts = useTexts();
  const [attempts, setAttempts] = useState(0);
  const { task, ticket, refusal } = useStreams(infohash, attempts);
  const stream = ticket?.streams.find((one) => file === undefined || one.file === file);
  const why =
    ticket !== undefined ? (stream === undefined ? texts('why.not-found') : undefined)
    : refusal === undefined ? undefined
    : task !== undefined && task.state !== 'Playable' ? texts('why.not-playable', { state: stateOf(task, texts) })
    : (refusal.detail ?? texts('server.silent'));
  return (
    <>
      <Anchor href={addressOf.list} size="sm">{texts('page.home')}</Anchor>
      {why !== undefined && <Paper withBorder p="md" radius="md" className="card failure" role="alert">{why}</Paper>}
      {ticket !== undefined && stream !== undefined && (
        <Player key={`${stream.file}/${attempts}`} infohash={infohash} signaling={ticket.signaling} stream={stream} onRetry={() => setAttempts((now) => now + 1)} />
      )}
      {why === undefined && stream === undefined && <div className="player"><Loader color="white" className="middle" /></div>}
      {task !== undefined && <Title order={2} size="h4" mt="sm" className="breakable"><Anchor href={addressOf.task(infohash)} c="inherit">{titleOf(task)}</Anchor></Title>}
      {ticket !== undefined && ticket.streams.length > 1 && (
        <nav aria-label={texts('player.videos')}>
          <ul className="files">
            {ticket.streams.map((one) => (
              <li key={one.file}>
                {one === stream ? <Text size="sm" fw={600} className="breakable" aria-current="true">{one.path}</Text>
                  : <Anchor href={addressOf.watch(infohash, one.file)} size="sm" className="breakable">{one.path}</Anchor>}
              </li>
            ))}
          </ul>
        </nav>
      )}
    </>
  );
}

type Streams = { readonly task?: Task; readonly ticket?: TaskTicket; readonly refusal?: Refused };

/** What there is to watch and where, or why not; the name of it all comes when it comes. */
function useStreams(infohash: string, attempts: number): Streams {
  const [streams, setStreams] = useState<Streams>({});
  useEffect(() => {
    let isLeft = false;
    const add = (more: Streams): void => {
      if (!isLeft) setStreams((those) => ({ ...those, ...more }));
    };
    const refused = (thrown: unknown): void => {
      if (!(thrown instanceof Refused)) throw thrown;
      add({ refusal: thrown });
    };
    setStreams({});
    askForStreams(infohash).then((ticket) => add({ ticket }), refused);
    // Without it only a name is missing.
    ask(`/tasks/${infohash}`, readTask).then((task) => add({ task }), () => undefined);
    return () => void (isLeft = true);
  }, [infohash, attempts]);
  return streams;
}
