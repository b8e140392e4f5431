import { VisuallyHidden } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import type { Sort, SortKey } from '../api/query.js';
import type { Task } from '../api/task.js';
import { bytes, clock, legible } from '../texts/format.js';
import { shownOf, templateOf, type Columns } from './columns.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';
import { useListKeys } from './list-keys.js';
import { ProgressBar } from './progress-bar.js';
import { addressOf } from './route.js';
import { press, type Modifiers, type Selection } from './selection.js';
import { TableHead } from './table-head.js';
import { factsOf, shotsOf, speed, stateOf, titleOf, toneOf, when } from './task-words.js';
import { Thumbnail } from './thumbnail.js';
import { useNarrow } from './use-narrow.js';

/** As in page.css. */
const rowHeight = { wide: 44, narrow: 62 };
const headHeight = 32;
/** Rows before the end at which the next page is asked for. */
const aheadRows = 80;

export type ListProperties = {
  readonly list: readonly Task[]; readonly order: readonly string[]; readonly selection: Selection; readonly hasMore: boolean;
  select(change: (now: Selection) => Selection): void;
  readMore(): void;
  readAll(): Promise<void>;
};
type Properties = ListProperties & { readonly columns: Columns; arrange(columns: Columns): void; readonly sort: Sort; sortBy(key: SortKey): void };

export const modifiersOf = ({ ctrlKey, metaKey, shiftKey }: MouseEvent): Modifiers => ({ isAdding: ctrlKey || metaKey, isRange: shiftKey });

/** Tasks in rows, of which only those in sight are in the document. On a narrow screen each row has two lines and no columns. */
export function TaskTable({ list, order, selection, hasMore, select, readMore, readAll, columns, arrange, sort, sortBy }: Properties): ReactNode {
  const texts = useTexts();
  const isNarrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const height = isNarrow ? rowHeight.narrow : rowHeight.wide;
  const rows = useVirtualizer({
    count: list.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 10, scrollPaddingStart: isNarrow ? 0 : headHeight,
    getItemKey: (at) => order[at] ?? at,
  });
  useEffect(() => rows.measure(), [rows, height]);
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= list.length - aheadRows) readMore();
  }, [hasMore, last, list.length, readMore]);

  const latestOrder = useRef(order);
  useEffect(() => {
    latestOrder.current = order;
  });
  const onPress = useCallback((id: string, modifiers: Modifiers) => select((now) => press(now, latestOrder.current, id, modifiers)), [select]);
  const onKeyDown = useListKeys({
    order, selection, across: 1, rowsSeen: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1), select, readAll,
    reveal: (row) => rows.scrollToIndex(row),
  });
  const shown = shownOf(columns);
  const [said, say] = useState('');
  const isAtSeen = selection.at !== undefined && seen.some(({ index }) => order[index] === selection.at);
  return (
    <>
      <div
        ref={scroller} className={isNarrow ? 'grid narrow' : 'grid'} role="grid" tabIndex={0} aria-label={texts('list.label')} aria-multiselectable
        aria-rowcount={hasMore ? -1 : list.length + 1} aria-colcount={shown.length + 1} aria-activedescendant={isAtSeen ? `row-${selection.at}` : undefined} onKeyDown={onKeyDown}
      >
        <TableHead columns={columns} arrange={arrange} sort={sort} sortBy={sortBy} isHidden={isNarrow} say={say} />
        <div role="rowgroup" className="grid-body" style={{ height: rows.getTotalSize() }}>
          {seen.map(({ key, index, start }) => {
            const task = list[index];
            return task && (
              <Row
                key={key} task={task} index={index} start={start} columns={columns} isNarrow={isNarrow} onPress={onPress}
                isChosen={selection.chosen.has(task.infohash)} isAt={task.infohash === selection.at}
              />
            );
          })}
        </div>
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

type RowProperties = {
  readonly task: Task; readonly index: number; readonly start: number; readonly columns: Columns; readonly isNarrow: boolean; readonly isChosen: boolean; readonly isAt: boolean;
  onPress(id: string, modifiers: Modifiers): void;
};

const Row = memo(function Row({ task, index, start, columns, isNarrow, isChosen, isAt, onPress }: RowProperties): ReactNode {
  const texts = useTexts();
  const { infohash } = task;
  const name = titleOf(task);
  return (
    <div
      id={`row-${infohash}`} role="row" aria-rowindex={index + 2} aria-selected={isChosen} className={`row${isAt ? ' at' : ''}`}
      style={{ transform: `translateY(${start}px)`, ...(isNarrow ? {} : { gridTemplateColumns: templateOf(columns) }) }}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onClick={(event) => onPress(infohash, modifiersOf(event))} onDoubleClick={() => (location.hash = addressOf.task(infohash))}
    >
      <span role="gridcell" className="cell tick-cell" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox" tabIndex={-1} aria-label={texts('list.choose', { name })} checked={isChosen}
          onClick={(event) => event.shiftKey && onPress(infohash, { isAdding: true, isRange: true })}
          onChange={(event) => (event.nativeEvent as globalThis.MouseEvent).shiftKey || onPress(infohash, { isAdding: true, isRange: false })}
        />
      </span>
      {isNarrow ? (
        <span role="gridcell" className="cell two-lines">
          <Thumbnail task={task} />
          <span className="lines-of">
            <Name task={task} name={name} />
            <span className="second"><State task={task} /><span className="facts">{factsOf(task, texts)}</span></span>
            {task.status !== 'success' && <ProgressBar task={task} hasNumber={false} />}
          </span>
        </span>
      ) : shownOf(columns).map((key) => <span key={key} role="gridcell" className={`cell of-${key}`}>{cells[key](task, name, texts)}</span>)}
    </div>
  );
});

const Name = ({ task, name }: { readonly task: Task; readonly name: string }): ReactNode => (
  <span className="name-of">
    <a
      href={addressOf.task(task.infohash)} tabIndex={-1} className={task.name === null ? 'name hash' : 'name'} dir="auto" title={name}
      // With a modifier it is the row that is meant.
      onClick={(event) => (event.ctrlKey || event.metaKey || event.shiftKey ? event.preventDefault() : event.stopPropagation())}
    >
      {name}
    </a>
    {task.state === 'Playable' && <Watch task={task} name={name} />}
  </span>
);

function Watch({ task, name }: { readonly task: Task; readonly name: string }): ReactNode {
  const texts = useTexts();
  const label = texts('task.named', { action: texts('task.watch'), name });
  return (
    <a href={addressOf.watch(task.infohash)} tabIndex={-1} className="watch" aria-label={label} title={texts('task.watch')} onClick={(event) => event.stopPropagation()}>
      <Icon name="play" size={16} />
    </a>
  );
}

export function State({ task }: { readonly task: Task }): ReactNode {
  const texts = useTexts();
  const word = stateOf(task, texts);
  return <span className={`state ${toneOf(task)}`} title={legible(task.failure?.message ?? task.reason ?? word)}><span className="word">{word}</span></span>;
}

/** What each column says of a task; nothing where there is nothing to say. */
const cells: Readonly<Record<SortKey, (task: Task, name: string, texts: ReturnType<typeof useTexts>) => ReactNode>> = {
  name: (task, name) => <><Thumbnail task={task} /><Name task={task} name={name} /></>,
  state: (task) => <State task={task} />,
  progress: (task) => <ProgressBar task={task} />,
  size: ({ size_bytes }) => (size_bytes === null ? '' : bytes(size_bytes)),
  shots: (task) => shotsOf(task),
  down: ({ down_bytes_per_second }, _, texts) => (down_bytes_per_second > 0 ? speed(down_bytes_per_second, texts) : ''),
  up: ({ up_bytes_per_second }, _, texts) => (up_bytes_per_second > 0 ? speed(up_bytes_per_second, texts) : ''),
  peers: ({ status, peers, seeds }) => (status === 'working' ? `${peers} / ${seeds}` : ''),
  eta: ({ status, remaining_s }) => (status === 'working' && remaining_s !== null ? clock(remaining_s) : ''),
  added: ({ created_at }, _, texts) => <time dateTime={created_at}>{when(created_at, texts)}</time>,
};
