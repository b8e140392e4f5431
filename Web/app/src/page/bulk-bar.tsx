import { ActionIcon, Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';
import { Icon, type IconName } from './icons.js';
import { isFor, type Wish, type Wishes } from './wishes.js';

const buttons = [
  { wish: 'pause', icon: 'pause' },
  { wish: 'resume', icon: 'play' },
  { wish: 'retry', icon: 'retry' },
] as const satisfies readonly { readonly wish: Wish; readonly icon: IconName }[];

type Properties = { readonly tasks: TaskList; readonly chosen: ReadonlySet<string>; readonly wishes: Wishes; onDelete(): void; onClose(): void };

/** What can be done with the chosen tasks. */
export function BulkBar({ tasks, chosen, wishes, onDelete, onClose }: Properties): ReactNode {
  const texts = useTexts();
  const those = [...chosen].map((id) => tasks.find(id)).filter((task) => task !== undefined);
  return (
    <div className="bulk" role="toolbar" aria-label={texts('bulk.label')}>
      <Text size="sm" fw={600} className="bulk-count" role="status">{texts.count('bulk.chosen', chosen.size)}</Text>
      {buttons.map(({ wish, icon }) => (
        <Button
          key={wish} size="xs" variant="default" leftSection={<Icon name={icon} size={14} />} disabled={wishes.isBusy || !those.some(isFor[wish])}
          onClick={() => void wishes.run(wish, chosen)}
        >
          {texts(`task.${wish}`)}
        </Button>
      ))}
      <Button size="xs" variant="default" c="var(--bad)" leftSection={<Icon name="delete" size={14} />} disabled={wishes.isBusy} onClick={onDelete}>{texts('task.delete')}</Button>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={texts('bulk.none')} title={texts('bulk.none')} onClick={onClose}><Icon name="close" size={16} /></ActionIcon>
      {wishes.refusals.length > 0 && (
        <div role="alert" className="bulk-refusals failure">{wishes.refusals.slice(0, 5).map((why, at) => <p key={at}>{why}</p>)}</div>
      )}
    </div>
  );
}
