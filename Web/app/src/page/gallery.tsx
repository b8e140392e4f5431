import { ActionIcon, Anchor } from '@mantine/core';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Picture } from '../api/task.js';
import { clock } from '../texts/format.js';
import { useTexts } from './context.js';
import { Dialog } from './dialog.js';
import { Icon } from './icons.js';

type Properties = { readonly pictures: readonly Picture[]; readonly at: number | undefined; show(at: number | undefined): void };

/** One picture over the whole window, with the one before and the one after a key away. */
export function Gallery({ pictures, at, show }: Properties): ReactNode {
  const texts = useTexts();
  const picture = at === undefined ? undefined : pictures[at];
  const step = (by: number): void => {
    if (at !== undefined) show((at + by + pictures.length) % pictures.length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -(at ?? 0), End: -(at ?? 0) - 1 };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  };
  const time = clock(picture?.keyframe_time_s ?? 0);
  return (
    <Dialog
      opened={picture !== undefined} onClose={() => show(undefined)} fullScreen onKeyDown={onKeyDown}
      title={picture && `${texts('picture.facts', { time, width: picture.width, height: picture.height })}${picture.verified ? ` · ${texts('picture.verified')}` : ''}`}
    >
      {picture && (
        <div className="viewer-body">
          <img className="large" src={picture.url} alt={texts('picture.alt', { time })} />
          <div className="viewer-bar">
            <ActionIcon variant="default" size="lg" aria-label={texts('picture.previous')} onClick={() => step(-1)}><Icon name="previous" /></ActionIcon>
            <span className="facts" role="status">{`${(at ?? 0) + 1} / ${pictures.length}`}</span>
            <ActionIcon variant="default" size="lg" aria-label={texts('picture.next')} onClick={() => step(1)}><Icon name="next" /></ActionIcon>
            <Anchor href={picture.url} download={`${picture.file}-${String(picture.index).padStart(2, '0')}.jpg`} size="sm">{texts('picture.download')}</Anchor>
          </div>
        </div>
      )}
    </Dialog>
  );
}
