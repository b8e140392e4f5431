import { Alert, Anchor, Group, Loader, Title } from '@mantine/core';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { Announcer } from './announcer.js';
import { useStore, useTexts } from './context.js';
import { Fallen } from './fallen.js';
import { ListPage } from './list-page.js';
import type { PageState } from './page-state.js';
import { Preferences } from './preferences.js';
import { addressOf, parseRoute, useFragment, type Route } from './route.js';

const soonMs = 1000;

/** Most who come look at the list: all else is loaded when it is asked for, and the page of a task, which is so most often, soon after the list. */
const detailPage = async () => ({ default: (await import('./detail-page.js')).DetailPage });
const DetailPage = lazy(detailPage);
const WatchPage = lazy(async () => ({ default: (await import('../player/watch-page.js')).WatchPage }));
const WorkersPage = lazy(async () => ({ default: (await import('./workers-page.js')).WorkersPage }));
const SystemPage = lazy(async () => ({ default: (await import('./system-page.js')).SystemPage }));

export function App({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const fragment = useFragment();
  const route = parseRoute(fragment);
  const place = route.at === 'list' ? 'list' : fragment;
  useEffect(() => void scrollTo(0, 0), [place]);
  useEffect(() => {
    // When that fails it is loaded when it is asked for.
    const timer = setTimeout(() => void detailPage().catch(() => undefined), soonMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={`page at-${route.at}`}>
      <header className="header">
        <Anchor href={addressOf.list} underline="never" c="inherit" className="brand">
          <img src="/icon.svg" alt="" width={26} height={26} />
          <Title order={1} size="h5">{texts('page.title')}</Title>
        </Anchor>
        <Places at={route.at} />
        <Group gap="xs" wrap="nowrap" className="preferences">
          <Connection state={state} />
          <Preferences />
        </Group>
      </header>
      <main>
        <LostNotice state={state} />
        <BrokerNotice state={state} />
        <Fallen key={place}>
          <Suspense fallback={<Loader className="middle" />}>
            {route.at === 'list' && <ListPage state={state} route={route} />}
            {route.at === 'task' && <DetailPage key={route.infohash} state={state} infohash={route.infohash} />}
            {route.at === 'watch' && <WatchPage key={route.infohash} infohash={route.infohash} file={route.file} />}
            {route.at === 'workers' && <WorkersPage state={state} />}
            {route.at === 'system' && <SystemPage state={state} />}
          </Suspense>
        </Fallen>
        <Announcer state={state} />
      </main>
    </div>
  );
}

const places = ['list', 'workers', 'system'] as const;

function Places({ at }: { readonly at: Route['at'] }): ReactNode {
  const texts = useTexts();
  return (
    <nav className="places" aria-label={texts('page.places')}>
      {places.map((place) => (
        <a key={place} href={addressOf[place]} aria-current={place === at ? 'page' : undefined}>{texts(`place.${place}`)}</a>
      ))}
    </nav>
  );
}

function Connection({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const live = useStore(state.live);
  return (
    <span role="status" className={`connection ${live}`} title={texts(`live.${live}`)}>
      <span className="words">{texts(`live.${live}`)}</span>
    </span>
  );
}

function LostNotice({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const lostAt = useStore(state.lostAt);
  if (lostAt === undefined) return null;
  return <Alert color="red" role="alert" mb="sm" py="xs" className="lost">{texts('live.lost', { time: new Date(lostAt).toLocaleTimeString(texts.language) })}</Alert>;
}

function BrokerNotice({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const broker = useStore(state.stats)?.broker;
  const errors = broker?.queues.reduce((sum, queue) => sum + queue.errors + queue.skipped, 0) ?? 0;
  const isAway = broker?.reachable === false;
  if (!isAway && errors === 0) return null;
  return <Alert color="orange" role="status" mb="sm" py="xs">{isAway ? texts('broker.away') : texts.count('broker.errors', errors)}</Alert>;
}
