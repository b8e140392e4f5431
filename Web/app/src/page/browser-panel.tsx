import { Button, Switch, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { mayNotify, notifying } from './announcer.js';
import { keep, useTexts } from './context.js';
import { addressOf } from './route.js';

/** What this browser does for the page: open magnet links in it, and say when a task has ended. */
export function BrowserPanel(): ReactNode {
  const texts = useTexts();
  const [isNotifying, setNotifying] = useState(mayNotify);
  const [isRegistered, setRegistered] = useState(false);
  const canNotify = typeof Notification !== 'undefined';
  const canRegister = typeof navigator.registerProtocolHandler === 'function';
  const notify = async (isWanted: boolean): Promise<void> => {
    keep(notifying, isWanted ? 'yes' : 'no');
    if (isWanted && Notification.permission === 'default') await Notification.requestPermission();
    setNotifying(mayNotify());
  };
  return (
    <section className="panel">
      <Title order={2} size="h5" className="panel-title">{texts('browser.title')}</Title>
      {canNotify && (
        <div className="offer">
          <Switch label={texts('browser.notify')} checked={isNotifying} onChange={(event) => void notify(event.currentTarget.checked)} />
          {Notification.permission === 'denied' && <Text size="sm" c="dimmed">{texts('browser.denied')}</Text>}
        </div>
      )}
      {canRegister && (
        <div className="offer">
          <Button
            size="xs" variant="default"
            onClick={() => {
              navigator.registerProtocolHandler('magnet', `${location.origin}${addressOf.adding}`);
              setRegistered(true);
            }}
          >
            {texts('browser.magnet')}
          </Button>
          {isRegistered && <Text size="sm" role="status">{texts('browser.asked')}</Text>}
        </div>
      )}
    </section>
  );
}
