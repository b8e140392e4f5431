import { VisuallyHidden } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { recall, useStore, useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { addressOf } from './route.js';
import { stateOf, titleOf } from './task-words.js';

/** Whether this browser is to show a notification when a task ends. */
export const notifying = 'eventtorrent.notify';

export const mayNotify = (): boolean => typeof Notification !== 'undefined' && Notification.permission === 'granted' && recall(notifying) === 'yes';

/** Says that a task has ended: to those who hear the page, and to those who look elsewhere, if they want it. */
export function Announcer({ state }: { readonly state: PageState }): ReactNode {
  const texts = useTexts();
  const task = useStore(state.endedTask);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (task === undefined) return;
    const [name, word] = [titleOf(task), stateOf(task, texts)];
    setSaid(texts('task.ended', { name, state: word }));
    if (!mayNotify()) return;
    try {
      const notification = new Notification(word, { body: name, icon: '/icon.svg', tag: task.infohash });
      notification.onclick = () => {
        focus();
        location.hash = addressOf.task(task.infohash);
      };
    } catch {
      // Some browsers allow them to service workers alone.
    }
    // The words of the moment: another language later says nothing again.
  }, [task]);
  return <VisuallyHidden role="log" aria-live="polite" className="announcer">{said}</VisuallyHidden>;
}
