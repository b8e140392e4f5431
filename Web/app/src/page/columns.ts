import { sortKeys, type SortKey } from '../api/query.js';
import { keep, recall } from './context.js';

/** How wide each column is at first, in pixels; the name has what is left, and at least this. */
const firstWidths: Readonly<Record<SortKey, number>> = {
  name: 220, state: 188, progress: 132, size: 80, shots: 66, down: 88, up: 88, peers: 116, eta: 68, added: 156,
};
const [least, most] = [56, 800];
const remembered = 'eventtorrent.columns';

/** The order is that of all columns: a hidden one comes back where it was. */
export type Columns = { readonly order: readonly SortKey[]; readonly hidden: ReadonlySet<SortKey>; readonly widths: Readonly<Record<SortKey, number>> };

const within = (width: number): number => Math.round(Math.max(least, Math.min(most, width)));
export const atFirst: Columns = { order: sortKeys, hidden: new Set<SortKey>(['up']), widths: firstWidths };

/** As they were left, as far as that can be read. */
export function recallColumns(): Columns {
  let kept: unknown;
  try {
    kept = JSON.parse(recall(remembered) ?? '');
  } catch {
    return atFirst;
  }
  if (typeof kept !== 'object' || kept === null) return atFirst;
  const { order, hidden, widths } = kept as { readonly order?: unknown; readonly hidden?: unknown; readonly widths?: unknown };
  const isHidden = (key: SortKey): boolean => (Array.isArray(hidden) ? hidden.includes(key) : atFirst.hidden.has(key)) && key !== 'name';
  const widthOf = (key: SortKey): number => {
    const width: unknown = typeof widths === 'object' && widths !== null ? (widths as Readonly<Record<string, unknown>>)[key] : undefined;
    return typeof width === 'number' && Number.isFinite(width) ? within(width) : firstWidths[key];
  };
  return {
    order: orderOf(order),
    hidden: new Set(sortKeys.filter(isHidden)),
    widths: Object.fromEntries(sortKeys.map((key) => [key, widthOf(key)])) as Record<SortKey, number>,
  };
}

/** Each column once: as it was kept, and those that there were not yet at the end. */
function orderOf(kept: unknown): readonly SortKey[] {
  const known = Array.isArray(kept) ? sortKeys.filter((key) => kept.includes(key)) : [];
  known.sort((one, other) => (kept as readonly unknown[]).indexOf(one) - (kept as readonly unknown[]).indexOf(other));
  return [...known, ...sortKeys.filter((key) => !known.includes(key))];
}

export function keepColumns({ order, hidden, widths }: Columns): void {
  keep(remembered, JSON.stringify({ order, hidden: [...hidden], widths }));
}

export const shownOf = ({ order, hidden }: Columns): readonly SortKey[] => order.filter((key) => !hidden.has(key));

export function toggle(columns: Columns, key: SortKey): Columns {
  const hidden = new Set(columns.hidden);
  if (!hidden.delete(key)) hidden.add(key);
  return { ...columns, hidden };
}

export const resize = (columns: Columns, key: SortKey, width: number): Columns => ({ ...columns, widths: { ...columns.widths, [key]: within(width) } });

/** Puts a column at a place among those that are shown, counted without it. */
export function place(columns: Columns, key: SortKey, at: number): Columns {
  const others = shownOf(columns).filter((one) => one !== key);
  const [previous, next] = [others[at - 1], others[at]];
  const order = columns.order.filter((one) => one !== key);
  // Beside the one that it comes behind, so that a hidden one in between stays with the next.
  order.splice(previous !== undefined ? order.indexOf(previous) + 1 : next !== undefined ? order.indexOf(next) : 0, 0, key);
  return { ...columns, order };
}

/** For grid-template-columns: the box to tick, then what is shown. */
export const templateOf = (columns: Columns): string =>
  ['36px', ...shownOf(columns).map((key) => (key === 'name' ? `minmax(${columns.widths.name}px, 1fr)` : `${columns.widths[key]}px`))].join(' ');
