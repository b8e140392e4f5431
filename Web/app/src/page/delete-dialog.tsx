import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Task } from '../api/task.js';
import { useTexts } from './context.js';
import { Dialog } from './dialog.js';
import { titleOf } from './task-words.js';

const shown = 5;

type Properties = { readonly isOpen: boolean; readonly tasks: readonly Task[]; onClose(): void; onDelete(withData: boolean): void };

/** Asks before tasks are deleted, and what goes with them. */
export function DeleteDialog({ isOpen, tasks, onClose, onDelete }: Properties): ReactNode {
  const texts = useTexts();
  const decide = (withData: boolean): void => {
    onClose();
    onDelete(withData);
  };
  return (
    <Dialog opened={isOpen && tasks.length > 0} onClose={onClose} title={texts.count('delete.title', tasks.length)}>
      {tasks.slice(0, shown).map((task) => <Text key={task.infohash} size="sm" fw={600} className="breakable clipped">{titleOf(task)}</Text>)}
      {tasks.length > shown && <Text size="sm" c="dimmed">{texts('add.others', { count: tasks.length - shown })}</Text>}
      <Text size="sm" mt="sm">{texts('delete.what')}</Text>
      <Text size="sm" mt="xs">{texts('delete.data')}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>{texts('task.keep')}</Button>
        <Button variant="default" c="var(--bad)" onClick={() => decide(false)}>{texts('delete.task')}</Button>
        <Button color="red" onClick={() => decide(true)}>{texts('delete.all')}</Button>
      </Group>
    </Dialog>
  );
}
