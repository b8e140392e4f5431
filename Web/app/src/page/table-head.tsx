import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import type { Sort, SortKey } from '../api/query.js';
import { place, resize, shownOf, templateOf, type Columns } from './columns.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';

const keyStep = 16;
/** A pointer that moves less than this is pressed, not drawn. */
const dragPixels = 6;

type Properties = {
  readonly columns: Columns; arrange(columns: Columns): void; readonly sort: Sort; sortBy(key: SortKey): void; readonly isHidden: boolean;
  /** To those who hear the page. */
  say(words: string): void;
};

/** The heads of the columns: pressed they sort, drawn they go to another place, at their edges they are drawn wider; with Alt, Shift and the arrows too. */
export function TableHead({ columns, arrange, sort, sortBy, isHidden, say }: Properties): ReactNode {
  const texts = useTexts();
  const row = useRef<HTMLDivElement>(null);
  const wasDrawn = useRef(false);
  if (isHidden) return null;
  const shown = shownOf(columns);
  const move = (key: SortKey, at: number): void => {
    const changed = place(columns, key, Math.max(0, Math.min(shown.length - 1, at)));
    arrange(changed);
    say(texts('column.moved', { name: texts(`column.${key}`), at: shownOf(changed).indexOf(key) + 1, count: shown.length }));
  };
  const onKeyDown = (event: KeyboardEvent, key: SortKey): void => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (!event.altKey || by === 0) return;
    event.preventDefault();
    if (event.shiftKey) move(key, shown.indexOf(key) + by);
    else arrange(resize(columns, key, columns.widths[key] + by * keyStep));
  };
  const widen = (event: PointerEvent<HTMLElement>, key: SortKey): void => {
    const handle: HTMLElement = event.currentTarget;
    const [from, id] = [event.clientX, event.pointerId];
    const first = handle.parentElement?.getBoundingClientRect().width ?? columns.widths[key];
    handle.setPointerCapture(id);
    const ends = new AbortController();
    handle.addEventListener('pointermove', (move) => arrange(resize(columns, key, first + move.clientX - from)), { signal: ends.signal });
    for (const end of ['pointerup', 'pointercancel']) handle.addEventListener(end, () => ends.abort(), { signal: ends.signal });
    event.preventDefault();
  };
  const draw = (event: PointerEvent<HTMLElement>, key: SortKey): void => {
    wasDrawn.current = false;
    // A finger scrolls.
    if (event.button !== 0 || event.pointerType === 'touch') return;
    const [from, id] = [event.clientX, event.pointerId];
    const others = shown.filter((one) => one !== key);
    let at = shown.indexOf(key);
    const ends = new AbortController();
    const onMove = ({ clientX, pointerId }: globalThis.PointerEvent): void => {
      if (pointerId !== id || (!wasDrawn.current && Math.abs(clientX - from) < dragPixels)) return;
      wasDrawn.current = true;
      // Behind those whose middle the pointer has passed, as they stand now.
      const passed = others.filter((one) => middleOf(row.current, one) < clientX).length;
      if (passed !== at) move(key, (at = passed));
    };
    const onEnd = ({ pointerId, type }: globalThis.PointerEvent): void => {
      if (pointerId !== id) return;
      ends.abort();
      if (type === 'pointercancel' && wasDrawn.current) arrange(columns);
    };
    // On the window: the head itself is put elsewhere in the document meanwhile.
    addEventListener('pointermove', onMove, { signal: ends.signal });
    for (const end of ['pointerup', 'pointercancel'] as const) addEventListener(end, onEnd, { signal: ends.signal });
  };
  return (
    <div role="rowgroup" className="grid-head">
      <div ref={row} role="row" aria-rowindex={1} className="head-row" style={{ gridTemplateColumns: templateOf(columns) }}>
        <span role="columnheader" className="cell tick-cell"><span className="unseen">{texts('column.chosen')}</span></span>
        {shown.map((key) => {
          const isSorted = sort.key === key;
          return (
            <span key={key} role="columnheader" data-column={key} className={`cell of-${key}`} aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}>
              <button
                type="button" className="sorter" title={texts('column.help')} onKeyDown={(event) => onKeyDown(event, key)} onPointerDown={(event) => draw(event, key)}
                // The end of a drag is no press; a key has no detail.
                onClick={({ detail }) => (detail > 0 && wasDrawn.current) || sortBy(key)}
              >
                <span>{texts(`column.${key}`)}</span>
                {isSorted && <Icon name={sort.isDescending ? 'down' : 'up'} size={14} />}
              </button>
              <span className="handle" aria-hidden="true" onPointerDown={(event) => widen(event, key)} />
            </span>
          );
        })}
      </div>
    </div>
  );
}

function middleOf(row: HTMLElement | null, key: SortKey): number {
  const box = row?.querySelector(`[data-column=${key}]`)?.getBoundingClientRect();
  return box === undefined ? Infinity : box.left + box.width / 2;
}
