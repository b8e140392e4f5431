import { Title } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { readSwarm, type Swarm } from '../api/task.js';
import { legible } from '../texts/format.js';
import { isText } from '../texts/translate.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { percent, speed } from './task-words.js';
import { useAnswer } from './use-answer.js';

/** As often as workers report. */
const everyMs = 5000;
const forbidden = 403;

type Properties = { readonly state: PageState; readonly infohash: string };

/** Who is connected and what trackers say, for those who may know it: for all others there is nothing here. */
export function SwarmPanel({ state, infohash }: Properties): ReactNode {
  const [isAllowed, setAllowed] = useState(true);
  return isAllowed ? <Panel state={state} infohash={infohash} onForbidden={() => setAllowed(false)} /> : null;
}

function Panel({ state, infohash, onForbidden }: Properties & { onForbidden(): void }): ReactNode {
  const texts = useTexts();
  const { value: swarm, refusal } = useAnswer(state, `/tasks/${infohash}/swarm`, readSwarm, everyMs);
  const isForbidden = refusal?.status === forbidden;
  useEffect(() => {
    if (isForbidden) onForbidden();
  }, [isForbidden, onForbidden]);
  if (swarm === undefined || (swarm.peers.length === 0 && swarm.trackers.length === 0)) return null;
  return (
    <section className="panel">
      <Title order={3} size="h6" className="panel-title">{texts('swarm.title')}<span className="count">{swarm.peers.length}</span></Title>
      {swarm.peers.length > 0 && <Peers peers={swarm.peers} />}
      {swarm.trackers.length > 0 && <Trackers trackers={swarm.trackers} />}
    </section>
  );
}

function Peers({ peers }: Pick<Swarm, 'peers'>): ReactNode {
  const texts = useTexts();
  const word = (trait: string): string => {
    const key = `trait.${trait}`;
    return isText(key) ? texts(key) : legible(trait);
  };
  const heads = [texts('swarm.client'), texts('swarm.has'), texts('column.down'), texts('column.up'), texts('swarm.how')];
  return (
    <table className="plain stacked swarm">
      <thead><tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
      <tbody>
        {peers.map((peer, at) => (
          <tr key={at}>
            <th scope="row" data-label={heads[0]} className="breakable" dir="auto">{legible(peer.client === '' ? '?' : peer.client)}</th>
            <td data-label={heads[1]}>{percent(peer.progress)}</td>
            <td data-label={heads[2]}>{peer.down_bytes_per_second > 0 ? speed(peer.down_bytes_per_second, texts) : ''}</td>
            <td data-label={heads[3]}>{peer.up_bytes_per_second > 0 ? speed(peer.up_bytes_per_second, texts) : ''}</td>
            <td data-label={heads[4]} className="facts">{peer.traits.map(word).join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const tones: Readonly<Record<string, string>> = { working: 'good', failed: 'bad' };

function Trackers({ trackers }: Pick<Swarm, 'trackers'>): ReactNode {
  const texts = useTexts();
  return (
    <ul className="health">
      {trackers.map(({ server, state, seeds, peers, message }, at) => {
        const key = `tracker.${state}`;
        return (
          <li key={at}>
            <span className="breakable">{legible(server)}</span>
            <span className="facts">
              <span className={`state ${tones[state] ?? 'quiet'}`}>{isText(key) ? texts(key) : legible(state)}</span>
              {seeds !== null && peers !== null && ` · ${texts('swarm.counts', { seeds, peers })}`}
              {message !== '' && ` · ${legible(message)}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
