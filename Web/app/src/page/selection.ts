/* Which rows are chosen, as files are in a file manager. */

export type Selection = {
  readonly chosen: ReadonlySet<string>;
  /** Where the keyboard is. */
  readonly at: string | undefined;
  /** Where a range begins. */
  readonly from: string | undefined;
};

export const nothing: Selection = { chosen: new Set(), at: undefined, from: undefined };

export type Modifiers = { readonly isAdding: boolean; readonly isRange: boolean };

/** A row is pressed: alone; with Ctrl as well as the others, or not any more; with Shift all up to it. */
export function press(selection: Selection, order: readonly string[], id: string, { isAdding, isRange }: Modifiers): Selection {
  const from = selection.from ?? id;
  if (isRange) return { chosen: new Set([...(isAdding ? selection.chosen : []), ...between(order, from, id)]), at: id, from };
  if (!isAdding) return { chosen: new Set([id]), at: id, from: id };
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { chosen, at: id, from: id };
}

/** The keyboard goes some rows up or down: what is chosen follows, or with Shift grows. */
export function move(selection: Selection, order: readonly string[], by: number, isRange: boolean): Selection {
  if (order.length === 0) return nothing;
  const here = selection.at === undefined ? -1 : order.indexOf(selection.at);
  const last = order.length - 1;
  const there = Number.isFinite(by) ? (here < 0 ? (by > 0 ? 0 : last) : Math.max(0, Math.min(last, here + by))) : by > 0 ? last : 0;
  return press(selection, order, order[there] ?? '', { isAdding: false, isRange });
}

export const all = (selection: Selection, order: readonly string[]): Selection => ({ ...selection, chosen: new Set(order) });

/** What is not in the list any more is not chosen either: nobody acts on what is not seen. */
export function keepOnly(selection: Selection, isThere: (id: string) => boolean): Selection {
  const { chosen, at, from } = selection;
  const [hasAt, hasFrom] = [at === undefined || isThere(at), from === undefined || isThere(from)];
  const left = [...chosen].filter(isThere);
  if (left.length === chosen.size && hasAt && hasFrom) return selection;
  return { chosen: left.length === chosen.size ? chosen : new Set(left), at: hasAt ? at : undefined, from: hasFrom ? from : undefined };
}

function between(order: readonly string[], one: string, other: string): readonly string[] {
  const [first, last] = [order.indexOf(one), order.indexOf(other)].sort((a, b) => a - b);
  return first === undefined || last === undefined || first < 0 ? [other] : order.slice(first, last + 1);
}
