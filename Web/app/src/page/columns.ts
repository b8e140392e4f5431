import { sortKeys, type SortKey } from '../api/query.js';
import { keep, recall } from './context.js';

/** How wide each column is at first, in pixels; the name has what is left, and at least this. */
const firstWidths: Readonly<Record<SortKey, number>> = {
  name: 220, state: 188, progress: 132, size: 80, shots: 66, down: 88, up: 88, peers: 116, eta: 68, added: 156,
};
const [least, most] = [56, 800];
const remembered = 'eventtorrent.columns';

export type Columns = { readonly hidden: ReadonlySet<SortKey>; readonly widths: Readonly<Record<SortKey, number>> };

const within = (width: number): number => Math.round(Math.max(least, Math.min(most, width)));
const atFirst: Columns = { hidden: new Set<SortKey>(['up']), widths: firstWidths };

/** As they were left, as far as that can be read. */
export function recallColumns(): Columns {
  let kept: unknown;
  try {
    kept = JSON.parse(recall(remembered) ?? '');
  } catch {
    return atFirst;
  }
  if (typeof kept !== 'object' || kept === null) return atFirst;
  const { hidden, widths } = kept as { readonly hidden?: unknown; readonly widths?: unknown };
  const isHidden = (key: SortKey): boolean => (Array.isArray(hidden) ? hidden.includes(key) : atFirst.hidden.has(key)) && key !== 'name';
  const widthOf = (key: SortKey): number => {
    const width: unknown = typeof widths === 'object' && widths !== null ? (widths as Readonly<Record<string, unknown>>)[key] : undefined;
    return typeof width === 'number' && Number.isFinite(width) ? within(width) : firstWidths[key];
  };
  return {
    hidden: new Set(sortKeys.filter(isHidden)),
    widths: Object.fromEntries(sortKeys.map((key) => [key, widthOf(key)])) as Record<SortKey, number>,
  };
}

export function keepColumns({ hidden, widths }: Columns): void {
  keep(remembered, JSON.stringify({ hidden: [...hidden], widths }));
}

export const shownOf = ({ hidden }: Columns): readonly SortKey[] => sortKeys.filter((key) => !hidden.has(key));

export function toggle(columns: Columns, key: SortKey): Columns {
  const hidden = new Set(columns.hidden);
  if (!hidden.delete(key)) hidden.add(key);
  return { ...columns, hidden };
}

export const resize = (columns: Columns, key: SortKey, width: number): Columns => ({ ...columns, widths: { ...columns.widths, [key]: within(width) } });

/** For grid-template-columns: the box to tick, then what is shown. */
export const templateOf = (columns: Columns): string =>
  ['36px', ...shownOf(columns).map((key) => (key === 'name' ? `minmax(${columns.widths.name}px, 1fr)` : `${columns.widths[key]}px`))].join(' ');
