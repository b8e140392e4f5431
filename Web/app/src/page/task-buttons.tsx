import { Button, Group, Modal, Text } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { Refused } from '../api/server.js';
import type { Task } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';
import { addressOf } from './route.js';
import { ended, titleOf } from './task-words.js';

type Properties = { readonly task: Task; readonly tasks: TaskList; readonly hasDetails?: boolean; readonly onDeleted?: () => void };

export function TaskButtons({ task, tasks, hasDetails = false, onDeleted }: Properties): ReactNode {
  const texts = useTexts();
  const [refusal, setRefusal] = useState<string>();
  const [isConfirming, setConfirming] = useState(false);
  const row = useRef<HTMLDivElement>(null);
  const { infohash, state, failure } = task;
  const name = titleOf(task);
  const named = (action: string): string => texts('task.named', { action, name });

  const wish = async (what: () => Promise<void>): Promise<void> => {
    setRefusal(undefined);
    try {
      await what();
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      setRefusal(thrown.detail ?? texts('server.silent'));
    }
    // Who works by keyboard stays at this task when the button that was pressed goes away.
    if (document.activeElement === document.body) row.current?.querySelector('button')?.focus();
  };
  const pause = texts(state === 'Paused' ? 'task.resume' : 'task.pause');
  const retry = texts(failure?.retry_at ? 'task.retryNow' : 'task.retry');

  return (
    <>
      {refusal !== undefined && <Text size="sm" role="alert" className="failure">{refusal}</Text>}
      <Group justify="flex-end" gap="xs" mt="sm" ref={row}>
        {hasDetails && <Button component="a" href={addressOf.task(infohash)} size="compact-sm" variant="subtle" aria-label={named(texts('task.details'))}>{texts('task.details')}</Button>}
        {task.shots_stored > 0 && (
          <Button component="a" href={`/tasks/${infohash}/sheet.jpg`} target="_blank" size="compact-sm" variant="subtle">{texts('task.sheet')}</Button>
        )}
        {!ended.includes(state) && (
          <Button size="compact-sm" variant="default" aria-label={named(pause)} onClick={() => void wish(() => tasks.wish(infohash, state === 'Paused' ? 'resume' : 'pause'))}>{pause}</Button>
        )}
        {failure !== null && (ended.includes(state) || failure.retry_at !== null) && (
          <Button size="compact-sm" variant="default" aria-label={named(retry)} onClick={() => void wish(() => tasks.wish(infohash, 'retry'))}>{retry}</Button>
        )}
        <Button size="compact-sm" variant="default" aria-label={named(texts('task.delete'))} onClick={() => setConfirming(true)}>{texts('task.delete')}</Button>
        {state === 'Playable' && (
          <Button component="a" href={addressOf.watch(infohash)} size="compact-sm" leftSection={<Icon name="play" />} aria-label={named(texts('task.watch'))}>
            {texts('task.watch')}
          </Button>
        )}
      </Group>
      {/* Locking the page's scroll needs a style in the document, which its policy does not allow. */}
      <Modal opened={isConfirming} onClose={() => setConfirming(false)} title={texts('task.confirm')} centered lockScroll={false} closeButtonProps={{ 'aria-label': texts('picture.close') }}>
        <Text size="sm" className="breakable">{name}</Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" data-autofocus onClick={() => setConfirming(false)}>{texts('task.keep')}</Button>
          <Button
            color="red"
            onClick={() => {
              setConfirming(false);
              void wish(async () => {
                await tasks.delete(infohash);
                onDeleted?.();
              });
            }}
          >
            {texts('task.delete')}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
