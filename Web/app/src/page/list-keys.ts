import { useEffect, useRef, type KeyboardEvent } from 'react';
import { isPlain } from './keyboard.js';
import { addressOf } from './route.js';
import { move, press, type Selection } from './selection.js';

type Properties = {
  readonly order: readonly string[]; readonly selection: Selection;
  /** Cells in a row, and rows in what is seen at once. */
  readonly across: number; readonly rowsSeen: number;
  select(change: (now: Selection) => Selection): void;
  /** Brings a row into sight. */
  reveal(row: number): void;
  readAll(): Promise<void>;
};

/** The keys of a list that has the focus as a whole: arrows, pages, Home and End move in it, with Shift a range grows; Enter opens, space chooses. */
export function useListKeys({ order, selection, across, rowsSeen, select, reveal, readAll }: Properties): (event: KeyboardEvent) => void {
  // A key may ask for more to be read first; then the order is another one.
  const latest = useRef({ order, selection, select, reveal, across });
  useEffect(() => {
    latest.current = { order, selection, select, reveal, across };
  });
  const go = (by: number, isRange: boolean): void => {
    const now = latest.current;
    const next = move(now.selection, now.order, by, isRange);
    now.select(() => next);
    if (next.at !== undefined) now.reveal(Math.floor(now.order.indexOf(next.at) / now.across));
  };
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -across, ArrowDown: across, PageUp: -across * rowsSeen, PageDown: across * rowsSeen, Home: -Infinity, ...(across > 1 ? { ArrowLeft: -1, ArrowRight: 1 } : {}),
  };
  return (event) => {
    const { key, shiftKey } = event;
    // What is inside, such as a head of a column, has keys of its own.
    if (event.target !== event.currentTarget || !isPlain(event.nativeEvent)) return;
    const { at } = selection;
    if (key in steps) go(steps[key] ?? 0, shiftKey);
    else if (key === 'End') void readAll().then(() => requestAnimationFrame(() => go(Infinity, shiftKey)));
    else if (key === 'Enter' && at !== undefined) location.hash = addressOf.task(at);
    else if (key === ' ' && at !== undefined) select((now) => press(now, order, at, { isAdding: true, isRange: false }));
    else return;
    event.preventDefault();
  };
}
