import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import type { Task } from '../api/task.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';
import { useListKeys } from './list-keys.js';
import { ProgressBar } from './progress-bar.js';
import { addressOf } from './route.js';
import { press, type Modifiers } from './selection.js';
import { modifiersOf, State, type ListProperties } from './task-table.js';
import { shotsOf, titleOf } from './task-words.js';
import { Thumbnail } from './thumbnail.js';

const leastWidth = 200;
const gap = 12;
/** Below the picture, as in page.css. */
const wordsHeight = 64;
const aheadRows = 12;

/** Tasks as pictures, of which only the rows in sight are in the document. */
export function TaskGallery({ list, order, selection, hasMore, select, readMore, readAll }: ListProperties): ReactNode {
  const texts = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const across = Math.max(2, Math.floor((width + gap) / (leastWidth + gap)));
  const height = Math.round((((width - gap * (across - 1)) / across) * 9) / 16) + wordsHeight + gap;
  const rows = useVirtualizer({ count: Math.ceil(list.length / across), getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 3 });
  useEffect(() => rows.measure(), [rows, height]);
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && (last + aheadRows) * across >= list.length) readMore();
  }, [hasMore, last, across, list.length, readMore]);
  const latestOrder = useRef(order);
  useEffect(() => {
    latestOrder.current = order;
  });
  const onPress = useCallback((id: string, modifiers: Modifiers) => select((now) => press(now, latestOrder.current, id, modifiers)), [select]);
  const onKeyDown = useListKeys({
    order, selection, across, rowsSeen: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height)), select, readAll, reveal: (row) => rows.scrollToIndex(row),
  });
  const isAtSeen = selection.at !== undefined && seen.some(({ index }) => order.slice(index * across, (index + 1) * across).includes(selection.at ?? ''));
  return (
    <div
      ref={scroller} className="grid wall" role="grid" tabIndex={0} aria-label={texts('list.label')} aria-multiselectable onKeyDown={onKeyDown}
      aria-rowcount={hasMore ? -1 : Math.ceil(list.length / across)} aria-activedescendant={isAtSeen ? `card-${selection.at}` : undefined}
    >
      <div role="rowgroup" className="grid-body" style={{ height: rows.getTotalSize() }}>
        {seen.map(({ index, start }) => (
          <div key={index} role="row" aria-rowindex={index + 1} className="cards" style={{ transform: `translateY(${start}px)`, gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
            {list.slice(index * across, (index + 1) * across).map((task) => (
              <Card key={task.infohash} task={task} onPress={onPress} isChosen={selection.chosen.has(task.infohash)} isAt={task.infohash === selection.at} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

type CardProperties = { readonly task: Task; readonly isChosen: boolean; readonly isAt: boolean; onPress(id: string, modifiers: Modifiers): void };

const Card = memo(function Card({ task, isChosen, isAt, onPress }: CardProperties): ReactNode {
  const texts = useTexts();
  const { infohash } = task;
  const name = titleOf(task);
  const shots = shotsOf(task);
  return (
    <div
      id={`card-${infohash}`} role="gridcell" aria-selected={isChosen} className={`tile${isAt ? ' at' : ''}`}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onClick={(event) => onPress(infohash, modifiersOf(event))} onDoubleClick={() => (location.hash = addressOf.task(infohash))}
    >
      <Thumbnail task={task} />
      <input
        type="checkbox" tabIndex={-1} className="tile-tick" aria-label={texts('list.choose', { name })} checked={isChosen}
        onClick={(event) => event.stopPropagation()} onChange={() => onPress(infohash, { isAdding: true, isRange: false })}
      />
      {shots !== '' && <span className="tile-shots">{shots}</span>}
      <span className="tile-words">
        <a
          href={addressOf.task(infohash)} tabIndex={-1} className="name" dir="auto" title={name}
          onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? event.preventDefault() : event.stopPropagation())}
        >
          {name}
        </a>
        <span className="second">
          <State task={task} />
          {task.state === 'Playable' && (
            <a href={addressOf.watch(infohash)} tabIndex={-1} className="watch" aria-label={texts('task.named', { action: texts('task.watch'), name })} onClick={(event) => event.stopPropagation()}>
              <Icon name="play" size={16} />
            </a>
          )}
        </span>
        {task.status === 'working' && <ProgressBar task={task} hasNumber={false} />}
      </span>
    </div>
  );
});

function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1000);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    if (element.current !== null) watcher.observe(element.current);
    return () => watcher.disconnect();
  }, [element]);
  return width;
}
