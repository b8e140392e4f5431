import { Button, Group, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { TorrentFiles } from '../api/task.js';
import { bytes, legible } from '../texts/format.js';
import { useTexts } from './context.js';
import { Dialog } from './dialog.js';

type Properties = {
  readonly torrent: TorrentFiles;
  /** Those that are selected are worked on already, and stay so. */
  readonly isBegun?: boolean;
  /** It comes by itself: whoever is writing just then must not say yes by it. */
  readonly isSudden?: boolean;
  /** What else is asked, and whether that is answered well. */
  readonly more?: ReactNode;
  readonly isReady?: boolean;
  onClose(): void;
  /** Undefined leaves the choice to the server; of those that stay none is among them. */
  onAdd(files: readonly number[] | undefined): void;
};

/** Which videos of a torrent are worked on. */
export function ChooseFiles({ torrent, isBegun = false, isSudden = false, more, isReady = true, onClose, onAdd }: Properties): ReactNode {
  const texts = useTexts();
  const offered = torrent.files.filter((file) => file.is_video || file.selected);
  const standard = offered.filter((file) => file.selected).map((file) => file.index);
  const kept: ReadonlySet<number> = new Set(isBegun ? standard : []);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set(standard));
  const toggle = (index: number): void => {
    const changed = new Set(chosen);
    if (!changed.delete(index)) changed.add(index);
    setChosen(changed);
  };
  const isStandard = chosen.size === standard.length && standard.every((index) => chosen.has(index));
  const isPossible = isReady && chosen.size > kept.size && chosen.size <= torrent.max_files;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPossible) return;
    onClose();
    onAdd(isStandard ? undefined : [...chosen].filter((index) => !kept.has(index)).sort((one, other) => one - other));
  };
  const total = offered.filter((file) => chosen.has(file.index)).reduce((sum, file) => sum + file.size_bytes, 0);
  return (
    <Dialog opened onClose={onClose} size="lg" title={texts('choose.title')}>
      <form onSubmit={submit}>
        <Text size="sm" fw={600} className="breakable clipped" dir="auto" tabIndex={-1} data-autofocus={isSudden || undefined}>{legible(torrent.name)}</Text>
        <Group gap="xs" my="xs">
          <Button size="compact-xs" variant="default" onClick={() => setChosen(new Set(offered.map((file) => file.index)))}>{texts('choose.all')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => setChosen(kept)}>{texts('choose.none')}</Button>
          <Text size="xs" c="dimmed" role="status">{texts('choose.count', { count: chosen.size, all: offered.length, size: bytes(total) })}</Text>
        </Group>
        <ul className="file-choice" aria-label={texts('choose.title')}>
          {offered.map((file) => (
            <li key={file.index}>
              <label>
                <input type="checkbox" checked={chosen.has(file.index)} disabled={kept.has(file.index)} onChange={() => toggle(file.index)} />
                <span className="file-name" dir="auto">{legible(file.path)}</span>
                <span className="file-size facts">{bytes(file.size_bytes)}</span>
              </label>
            </li>
          ))}
        </ul>
        {kept.size > 0 && <Text size="xs" c="dimmed" mt="xs">{texts('choose.kept')}</Text>}
        {chosen.size > torrent.max_files && <Text size="sm" role="alert" className="failure" mt="xs">{texts('choose.many', { count: torrent.max_files })}</Text>}
        {more !== undefined && <div className="add-choices">{more}</div>}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>{texts('task.keep')}</Button>
          <Button type="submit" data-autofocus={!isSudden || undefined} disabled={!isPossible}>{texts('add.submit')}</Button>
        </Group>
      </form>
    </Dialog>
  );
}
