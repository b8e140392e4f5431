import { ActionIcon, Menu, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import { groupNames, groups, type Group, type Query } from '../api/query.js';
import type { Stats } from '../api/system.js';
import { atFirst, toggle, type Columns } from './columns.js';
import { useStore, useTexts } from './context.js';
import { Icon } from './icons.js';
import type { PageState } from './page-state.js';
import { views, type View } from './route.js';

const typingMs = 250;

/** How many there are of a group; undefined until they were counted. */
function countOf(group: Group, stats: Stats | undefined): number | undefined {
  if (stats === undefined) return undefined;
  const states: readonly string[] = groups[group];
  let sum = 0;
  for (const [state, count] of stats.tasks) if (states.length === 0 || states.includes(state)) sum += count;
  return sum;
}

type Properties = {
  readonly state: PageState; readonly query: Query; look(change: Partial<Query>): void;
  readonly view: View; showAs(view: View): void;
  readonly columns: Columns; arrange(columns: Columns): void;
  readonly search: RefObject<HTMLInputElement | null>;
};

/** Which tasks are shown, and how. */
export function FilterBar({ state, query, look, view, showAs, columns, arrange, search }: Properties): ReactNode {
  const texts = useTexts();
  const stats = useStore(state.stats);
  const numbers = new Intl.NumberFormat(texts.language);
  return (
    <div className="filters">
      <div className="groups" role="group" aria-label={texts('list.state')}>
        {groupNames.map((group) => {
          const count = countOf(group, stats);
          return (
            <button key={group} type="button" className="group" aria-pressed={group === query.group} onClick={() => look({ group })}>
              {`${texts(`group.${group}`)} `}
              {count !== undefined && <span className="count">{numbers.format(count)}</span>}
            </button>
          );
        })}
      </div>
      <div className="tools">
        <Search q={query.q} look={look} search={search} />
        <div className="switch" role="group" aria-label={texts('list.view')}>
          {views.map((one) => (
            <button key={one} type="button" aria-pressed={one === view} aria-label={texts(`view.${one}`)} title={texts(`view.${one}`)} onClick={() => showAs(one)}><Icon name={one} size={18} /></button>
          ))}
        </div>
        {view === 'table' && (
          <Menu position="bottom-end" closeOnItemClick={false} withinPortal={false} transitionProps={{ duration: 0 }}>
            <Menu.Target>
              <ActionIcon variant="default" size={32} className="columns-button" aria-label={texts('list.columns')} title={texts('list.columns')}><Icon name="columns" size={18} /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {columns.order.filter((key) => key !== 'name').map((key) => (
                <Menu.CheckboxItem key={key} checked={!columns.hidden.has(key)} onChange={() => arrange(toggle(columns, key))}>{texts(`column.${key}`)}</Menu.CheckboxItem>
              ))}
              <Menu.Divider />
              <Menu.Item onClick={() => arrange(atFirst)}>{texts('column.reset')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
    </div>
  );
}

/** The words are looked for when typing has paused. */
function Search({ q, look, search }: { readonly q: string; look(change: Partial<Query>): void; readonly search: RefObject<HTMLInputElement | null> }): ReactNode {
  const texts = useTexts();
  const [typed, setTyped] = useState(q);
  // The address may be another one by other means, such as going back.
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    if (typed === q) return undefined;
    const timer = setTimeout(() => look({ q: typed }), typingMs);
    return () => clearTimeout(timer);
    // Only typing starts the time again.
  }, [typed]);
  return (
    <TextInput
      ref={search} type="search" size="xs" className="search" aria-label={texts('list.search')} placeholder={texts('list.search')} maxLength={200} leftSection={<Icon name="search" size={16} />}
      value={typed} onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
