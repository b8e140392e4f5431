import { ActionIcon, Group, Modal, Text } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Picture } from '../api/task.js';
import { clock } from '../texts/format.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';

type Properties = { readonly pictures: readonly Picture[]; readonly at: number | undefined; show(at: number | undefined): void };

/** One picture large, with the one before and the one after a key away. */
export function Gallery({ pictures, at, show }: Properties): ReactNode {
  const texts = useTexts();
  const picture = at === undefined ? undefined : pictures[at];
  const step = (by: number): void => {
    if (at !== undefined) show((at + by + pictures.length) % pictures.length);
  };
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    if (key === 'ArrowLeft') step(-1);
    if (key === 'ArrowRight') step(1);
  };
  const time = clock(picture?.keyframe_time_s ?? 0);
  return (
    <Modal
      opened={picture !== undefined} onClose={() => show(undefined)} size="xl" centered lockScroll={false} onKeyDown={onKeyDown}
      closeButtonProps={{ 'aria-label': texts('picture.close') }}
      title={picture && `${texts('picture.facts', { time, width: picture.width, height: picture.height })}${picture.verified ? ` · ${texts('picture.verified')}` : ''}`}
    >
      {picture && (
        <>
          <img className="large" src={picture.url} alt={texts('picture.alt', { time })} />
          <Group justify="space-between" mt="xs">
            <ActionIcon variant="default" size="lg" aria-label={texts('picture.previous')} onClick={() => step(-1)}><Icon name="previous" /></ActionIcon>
            <Text size="sm" c="dimmed">{`${(at ?? 0) + 1} / ${pictures.length}`}</Text>
            <ActionIcon variant="default" size="lg" aria-label={texts('picture.next')} onClick={() => step(1)}><Icon name="next" /></ActionIcon>
          </Group>
        </>
      )}
    </Modal>
  );
}
