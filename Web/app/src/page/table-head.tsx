import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import type { Sort, SortKey } from '../api/query.js';
import { resize, shownOf, templateOf, type Columns } from './columns.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';

const keyStep = 16;

type Properties = { readonly columns: Columns; arrange(columns: Columns): void; readonly sort: Sort; sortBy(key: SortKey): void; readonly isHidden: boolean };

/** The heads of the columns: pressed they sort, at their edges they are drawn wider; with Alt and the arrows too. */
export function TableHead({ columns, arrange, sort, sortBy, isHidden }: Properties): ReactNode {
  const texts = useTexts();
  if (isHidden) return null;
  const onKeyDown = (event: KeyboardEvent, key: SortKey): void => {
    const by = event.key === 'ArrowLeft' ? -keyStep : event.key === 'ArrowRight' ? keyStep : 0;
    if (!event.altKey || by === 0) return;
    event.preventDefault();
    arrange(resize(columns, key, columns.widths[key] + by));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>, key: SortKey): void => {
    const handle: HTMLElement = event.currentTarget;
    const [from, id] = [event.clientX, event.pointerId];
    const first = handle.parentElement?.getBoundingClientRect().width ?? columns.widths[key];
    handle.setPointerCapture(id);
    const ends = new AbortController();
    handle.addEventListener('pointermove', (move) => arrange(resize(columns, key, first + move.clientX - from)), { signal: ends.signal });
    for (const end of ['pointerup', 'pointercancel']) handle.addEventListener(end, () => ends.abort(), { signal: ends.signal });
    event.preventDefault();
  };
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="head-row" style={{ gridTemplateColumns: templateOf(columns) }}>
        <span role="columnheader" className="cell tick-cell"><span className="unseen">{texts('column.chosen')}</span></span>
        {shownOf(columns).map((key) => {
          const isSorted = sort.key === key;
          return (
            <span key={key} role="columnheader" className={`cell of-${key}`} aria-sort={isSorted ? (sort.isDescending ? 'descending' : 'ascending') : undefined}>
              <button type="button" className="sorter" title={texts('column.help')} onClick={() => sortBy(key)} onKeyDown={(event) => onKeyDown(event, key)}>
                <span>{texts(`column.${key}`)}</span>
                {isSorted && <Icon name={sort.isDescending ? 'down' : 'up'} size={14} />}
              </button>
              <span className="handle" aria-hidden="true" onPointerDown={(event) => onPointerDown(event, key)} />
            </span>
          );
        })}
      </div>
    </div>
  );
}
