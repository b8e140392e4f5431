import { Button, Group, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Task } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';
import { DeleteDialog } from './delete-dialog.js';
import { Icon } from './icons.js';
import { addressOf } from './route.js';
import { isFor, useWishes } from './wishes.js';

type Properties = { readonly task: Task; readonly tasks: TaskList; onDeleted(): void };

/** What can be done with one task. */
export function TaskButtons({ task, tasks, onDeleted }: Properties): ReactNode {
  const texts = useTexts();
  const { isBusy, refusals, run, delete: remove } = useWishes(tasks);
  const [isDeleting, setDeleting] = useState(false);
  const rest = task.state === 'Paused' ? 'resume' : 'pause';
  return (
    <>
      <Group gap="xs" className="task-buttons">
        {task.state === 'Playable' && (
          <Button component="a" href={addressOf.watch(task.infohash)} size="xs" leftSection={<Icon name="play" size={16} />}>{texts('task.watch')}</Button>
        )}
        {isFor[rest](task) && (
          <Button size="xs" variant="default" disabled={isBusy} leftSection={<Icon name={rest === 'pause' ? 'pause' : 'play'} size={16} />} onClick={() => void run(rest, [task])}>{texts(`task.${rest}`)}</Button>
        )}
        <Button size="xs" variant="default" disabled={isBusy} leftSection={<Icon name="delete" size={16} />} onClick={() => setDeleting(true)}>{texts('task.delete')}</Button>
      </Group>
      {refusals.map((why, at) => <Text key={at} size="sm" role="alert" className="failure">{why}</Text>)}
      <DeleteDialog isOpen={isDeleting} tasks={[task]} onClose={() => setDeleting(false)} onDelete={(withData) => void remove([task], withData).then((isDone) => isDone && onDeleted())} />
    </>
  );
}
