import { Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { SortKey } from '../api/query.js';
import { AddBox } from './add-box.js';
import { BulkBar } from './bulk-bar.js';
import { keepColumns, recallColumns, type Columns } from './columns.js';
import { keep, recall, useStore, useTexts } from './context.js';
import { DeleteDialog } from './delete-dialog.js';
import { FilterBar } from './filter-bar.js';
import { isPlain, isTyping } from './keyboard.js';
import type { PageState } from './page-state.js';
import { addressOf, replaceAddress, views, type ListRoute, type View } from './route.js';
import { keepOnly, nothing, type Selection } from './selection.js';
import { TaskGallery } from './task-gallery.js';
import { TaskTable } from './task-table.js';
import { useWishes } from './wishes.js';

const remembered = 'eventtorrent.view';

/** All tasks, as a table or as pictures; those that are looked for are in the address. */
export function ListPage({ state, route }: { readonly state: PageState; readonly route: ListRoute }): ReactNode {
  const texts = useTexts();
  const { list, hasMore, isRead } = useStore(state.tasks.store);
  const { query } = route;
  const [columns, setColumns] = useState(recallColumns);
  const [selection, setSelection] = useState(nothing);
  const [isDeleting, setDeleting] = useState(false);
  const [box, search] = [useRef<HTMLTextAreaElement>(null), useRef<HTMLInputElement>(null)];
  const view = route.view ?? views.find((one) => one === recall(remembered)) ?? 'table';
  const wishes = useWishes(state.tasks);

  const order = useMemo(() => list.map(({ infohash }) => infohash), [list]);
  useEffect(() => void state.done(state.tasks.show(query)), [state, query.q, query.group, query.sort.key, query.sort.isDescending]);
  useEffect(() => setSelection((now) => keepOnly(now, (id) => state.tasks.find(id) !== undefined)), [state, list]);

  const look = useCallback((change: Partial<ListRoute['query']>, as: View | undefined = route.view) => replaceAddress(addressOf.found({ ...query, ...change }, as)), [query, route.view]);
  const sortBy = (key: SortKey): void => look({ sort: { key, isDescending: query.sort.key === key ? !query.sort.isDescending : key !== 'name' } });
  const arrange = (changed: Columns): void => {
    setColumns(changed);
    keepColumns(changed);
  };
  const showAs = (as: View): void => {
    keep(remembered, as);
    look({}, as);
  };
  const chooseAll = async (): Promise<void> => {
    await state.done(state.tasks.readAll());
    setSelection((now) => ({ ...now, chosen: new Set(state.tasks.store.get().list.map(({ infohash }) => infohash)) }));
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.defaultPrevented) return;
      if ((event.ctrlKey || event.metaKey) && event.key === 'a') void chooseAll();
      else if (!isPlain(event)) return;
      else if (event.key === '/') search.current?.focus();
      else if (event.key === 'a') box.current?.focus();
      else if (event.key === 'g') showAs(view === 'table' ? 'gallery' : 'table');
      else if (event.key === 'Escape') setSelection(nothing);
      else if (event.key === 'Delete' && selection.chosen.size > 0) setDeleting(true);
      else if (event.key === 'p' && selection.chosen.size > 0) void wishes.toggle(selection.chosen);
      else if (event.key === 'r' && selection.chosen.size > 0) void wishes.run('retry', selection.chosen);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  const shared = {
    list, order, selection, hasMore,
    select: useCallback((change: (now: Selection) => Selection) => setSelection(change), []),
    readMore: useCallback(() => void state.done(state.tasks.readMore()), [state]),
    readAll: useCallback(() => state.done(state.tasks.readAll()), [state]),
  };
  const isSearching = query.q !== '' || query.group !== 'all';
  return (
    <>
      <AddBox state={state} box={box} asked={route.add} />
      <FilterBar state={state} query={query} look={look} view={view} showAs={showAs} columns={columns} arrange={arrange} search={search} />
      <section aria-label={texts('list.label')} className="list">
        {view === 'table' && <TaskTable {...shared} columns={columns} arrange={arrange} sort={query.sort} sortBy={sortBy} />}
        {view === 'gallery' && <TaskGallery {...shared} />}
        {isRead && list.length === 0 && <Text c="dimmed" ta="center" className="nothing">{texts(isSearching ? 'list.none' : 'list.empty')}</Text>}
        {selection.chosen.size > 0 && (
          <BulkBar tasks={state.tasks} chosen={selection.chosen} wishes={wishes} onDelete={() => setDeleting(true)} onClose={() => setSelection(nothing)} />
        )}
      </section>
      <DeleteDialog
        isOpen={isDeleting} tasks={[...selection.chosen].map((id) => state.tasks.find(id)).filter((task) => task !== undefined)}
        onClose={() => setDeleting(false)} onDelete={(withData) => void wishes.delete(selection.chosen, withData)}
      />
    </>
  );
}
