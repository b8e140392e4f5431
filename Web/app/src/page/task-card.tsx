import { Badge, Group, Paper, Progress, Text, Title } from '@mantine/core';
import { memo, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Task } from '../api/task.js';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';
import { Pictures } from './pictures.js';
import { TaskButtons } from './task-buttons.js';
import { colourOf, factsOf, failureOf, stateOf, titleOf } from './task-words.js';

/** A task in the list. */
export const TaskCard = memo(function TaskCard({ task, tasks }: { readonly task: Task; readonly tasks: TaskList }): ReactNode {
  const card = useRef<HTMLElement>(null);
  const isVisible = useVisibility(card);
  return (
    <Paper component="article" withBorder p="md" radius="md" className="card" ref={card}>
      <TaskHead task={task} order={2} />
      <Pictures task={task} isVisible={isVisible} />
      <TaskButtons task={task} tasks={tasks} hasDetails />
    </Paper>
  );
});

/** Name, state, progress, numbers, and what is wrong. */
export function TaskHead({ task, order }: { readonly task: Task; readonly order: 2 | 3 }): ReactNode {
  const texts = useTexts();
  const { status, state, progress, failure, reason } = task;
  const colour = colourOf[status] ?? 'gray';
  return (
    <>
      <Group justify="space-between" align="start" gap="xs" className="head">
        <Title order={order} size="h5" className="name" title={task.infohash}>{titleOf(task)}</Title>
        <Badge variant="light" color={colour} size="lg" tt="none" className={`state ${status}`}>{stateOf(task, texts)}</Badge>
      </Group>
      {status === 'working' && (
        <Progress
          mt="xs" size="sm" radius="xl" value={progress === null ? 100 : progress * 100} animated={progress === null} color={colour}
          aria-label={texts('task.progress', { name: titleOf(task) })}
        />
      )}
      <Text size="sm" c="dimmed" mt={4} className="facts">{factsOf(task, texts)}</Text>
      {failure !== null && status !== 'success' && (
        <Text size="sm" mt={4} className={failure.retry_at === null ? 'failure' : 'failure again'}>{failureOf(failure, texts)}</Text>
      )}
      {reason !== null && reason !== failure?.message && state !== 'Failed' && <Text size="sm" mt={4} className="failure again">{reason}</Text>}
    </>
  );
}

/** Whether an element is, or nearly is, in sight. Pictures that nobody looks at are not asked for. */
function useVisibility(element: RefObject<HTMLElement | null>): boolean {
  const [isVisible, setVisible] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting === true), { rootMargin: '200px' });
    if (element.current !== null) watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [element]);
  return isVisible;
}
