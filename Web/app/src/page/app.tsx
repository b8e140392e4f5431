import { Alert, Anchor, Container, Group, Loader, Title } from '@mantine/core';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import { useStore, useTexts } from './context.js';
import { DetailPage } from './detail-page.js';
import { ListPage } from './list-page.js';
import type { PageState } from './page-state.js';
import { Preferences } from './preferences.js';
import { addressOf, parseRoute, useFragment } from './route.js';

/** Most who come look at the list: the player is loaded when it is asked for. */
const WatchPage = lazy(async () => ({ default: (await import('../player/watch-page.js')).WatchPage }));

export function App({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const fragment = useFragment();
  const route = parseRoute(fragment);
  useEffect(() => void scrollTo(0, 0), [fragment]);
  return (
    <Container size="lg" className="page">
      <Group component="header" justify="space-between" wrap="nowrap" className="header">
        <Anchor href={addressOf.list} underline="never" c="inherit" className="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <Title order={1} size="h4">{texts('page.title')}</Title>
        </Anchor>
        <Group gap="xs" wrap="nowrap">
          <Connection state={state} />
          <Preferences />
        </Group>
      </Group>
      <main>
        <BrokerNotice state={state} />
        <Suspense fallback={<Loader className="middle" />}>
          {route.at === 'list' && <ListPage state={state} />}
          {route.at === 'task' && <DetailPage key={route.infohash} state={state} infohash={route.infohash} />}
          {route.at === 'watch' && <WatchPage key={route.infohash} infohash={route.infohash} file={route.file} />}
        </Suspense>
      </main>
    </Container>
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

function BrokerNotice({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const { isAway, errors } = useStore(state.broker);
  if (!isAway && errors === 0) return null;
  return <Alert color="orange" role="status" mb="md">{isAway ? texts('broker.away') : texts.count('broker.errors', errors)}</Alert>;
}
