import { useState, type ReactNode } from 'react';
import { choiceOf, isForFiles, type TaskDetail } from '../api/task.js';
import { ChooseFiles } from './choose-files.js';
import { usual, WantFields, wantOf, type Wanted } from './want-fields.js';

type Properties = {
  readonly detail: TaskDetail;
  /** What the one who added it wants made of it; it can be changed here. */
  readonly asked?: Wanted;
  readonly isSudden?: boolean;
  onClose(): void;
  /** With what is to be submitted. */
  onAdd(form: FormData): void;
};

/** Which videos of a task are worked on: the first ones and what is made of them, or more of them. */
export function ChooseOfTask({ detail, asked = usual, isSudden = false, onClose, onAdd }: Properties): ReactNode {
  const [wanted, setWanted] = useState(asked);
  // What comes while one chooses must not change what one chooses from.
  const [shown] = useState(detail);
  const isFirst = isForFiles(shown);
  const add = (files: readonly number[] | undefined): void => onAdd(formOf(shown, isFirst ? wanted : undefined, files));
  return (
    <ChooseFiles
      torrent={choiceOf(shown)} isBegun={!isFirst} isSudden={isSudden} onClose={onClose} onAdd={add}
      more={isFirst ? <WantFields wanted={wanted} change={setWanted} /> : undefined} isReady={!isFirst || wantOf(wanted) !== ''}
    />
  );
}

/** @param wanted Undefined: what was wanted before. */
export function formOf({ infohash, want }: TaskDetail, wanted: Wanted | undefined, files: readonly number[] | undefined): FormData {
  const form = new FormData();
  form.append('infohash', infohash);
  form.append('want', wanted === undefined ? want : wantOf(wanted));
  if (wanted?.screenshots === true) form.append('shots', wanted.shots);
  if (files !== undefined) form.append('files', files.join(','));
  return form;
}
