import { Alert, Anchor, CloseButton, Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { isForFiles, type Task } from '../api/task.js';
import { ChooseOfTask, formOf } from './choose-of-task.js';
import { useTexts } from './context.js';
import type { PageState } from './page-state.js';
import { addressOf } from './route.js';
import { failureOf } from './task-words.js';
import { useDetail } from './use-detail.js';
import type { Wanted } from './want-fields.js';

/** A task that was added to choose its files from. */
export type Awaited = { readonly infohash: string; readonly name: string; readonly wanted: Wanted };

type Properties = Awaited & {
  readonly state: PageState;
  /** Of several whose files are known, one is asked about at a time. */
  readonly isFree: boolean;
  readonly isTurn: boolean;
  onAsk(): void;
  /** It is over: with what is to be submitted, if one has chosen, or with the task that is at work already. */
  onEnd(form: FormData | undefined, there?: Task): void;
};

/** Says that the files are not known yet, and asks which of them as soon as they are. Who goes away finds the question on the page of the task. */
export function ChooseWhenKnown({ infohash, name, wanted, state, isFree, isTurn, onAsk, onEnd }: Properties): ReactNode {
  const texts = useTexts();
  const { details, problem } = useDetail(state, infohash);
  const known = details !== undefined && details.detail.files.length > 0 ? details.detail : undefined;
  const isOpen = known !== undefined && isForFiles(known);
  const isQuestion = isOpen && known.files.filter((file) => file.is_video).length > 1;
  const { task } = details ?? {};
  const isThere = details !== undefined && !isForFiles(details.detail);
  useEffect(() => {
    if (isThere) onEnd(undefined, details.task);
    // Where there is nothing to choose, nobody is asked.
    else if (isOpen && !isQuestion) onEnd(formOf(known, wanted, undefined));
    else if (isQuestion && isFree) onAsk();
  }, [isThere, isOpen, isQuestion, isFree]);
  if (isQuestion && isTurn) return <ChooseOfTask detail={known} asked={wanted} isSudden onClose={() => onEnd(undefined)} onAdd={(form) => onEnd(form)} />;
  const failure = task?.state === 'Failed' ? task.failure : null;
  const why = failure === null || failure === undefined ? problem : failureOf(failure, texts).sentence;
  return (
    <Alert color={why === undefined ? 'blue' : 'red'} role={why === undefined ? 'status' : 'alert'} mt="xs" py="xs" className="outcomes">
      <CloseButton size="sm" className="dismiss" aria-label={texts('page.close')} onClick={() => onEnd(undefined)} />
      <Text size="sm" className="breakable">
        {why === undefined ? texts('choose.waiting', { name }) : texts('add.refused', { source: name, why })}{' '}
        <Anchor href={addressOf.task(infohash)} size="sm">{texts('choose.ask')}</Anchor>
      </Text>
    </Alert>
  );
}
