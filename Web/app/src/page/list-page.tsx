import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Refused } from '../api/server.js';
import { AddBox } from './add-box.js';
import { useStore, useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { TaskCard } from './task-card.js';

const statuses = ['pending', 'working', 'success', 'recoverable_failure', 'permanent_failure'] as const;
const typingMs = 300;

export function ListPage({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const { list, next, isRead } = useStore(state.tasks.store);
  const [q, setQ] = useState('');
  const [status, setStatus] = useState('');
  useSearch(state, q, status);
  const isSearching = q !== '' || status !== '';
  const refused = (thrown: unknown): void => {
    if (!(thrown instanceof Refused)) throw thrown;
    state.live.set('unread');
  };
  return (
    <>
      <AddBox tasks={state.tasks} />
      <Group className="filters" gap="sm" wrap="nowrap">
        <TextInput
          type="search" className="search" aria-label={texts('list.search')} placeholder={texts('list.search')} maxLength={200}
          value={q} onChange={(event) => setQ(event.currentTarget.value)}
        />
        <NativeSelect
          aria-label={texts('list.status')} value={status} onChange={(event) => setStatus(event.currentTarget.value)}
          data={[{ value: '', label: texts('list.all') }, ...statuses.map((value) => ({ value, label: texts(`status.${value}`) }))]}
        />
      </Group>
      <section aria-label={texts('list.label')}>
        {list.map((task) => <TaskCard key={task.infohash} task={task} tasks={state.tasks} />)}
      </section>
      {isRead && list.length === 0 && <Text c="dimmed" ta="center" py="xl">{texts(isSearching ? 'list.none' : 'list.empty')}</Text>}
      {next !== null && (
        <Group justify="center" py="md">
          <Button variant="default" onClick={() => void state.tasks.readMore().catch(refused)}>{texts('list.more')}</Button>
        </Group>
      )}
    </>
  );
}

/** Asks the server when the words or the status are others, and typing has paused. */
function useSearch({ tasks, live }: PageState, q: string, status: string): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return undefined;
    }
    const timer = setTimeout(() => {
      tasks.search(q.trim(), status).catch((thrown: unknown) => {
        if (!(thrown instanceof Refused)) throw thrown;
        live.set('unread');
      });
    }, typingMs);
    return () => clearTimeout(timer);
  }, [tasks, live, q, status]);
  // Who leaves the list and comes back sees all of it.
  useEffect(() => () => void tasks.search('', '').catch(() => live.set('unread')), [tasks, live]);
}
