import { Button, Group, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { TorrentFiles } from '../api/task.js';
import { bytes, legible } from '../texts/format.js';
import { useTexts } from './context.js';
import { Dialog } from './dialog.js';

type Properties = {
  readonly torrent: TorrentFiles;
  onClose(): void;
  /** Undefined leaves the choice to the server. */
  onAdd(files: readonly number[] | undefined): void;
};

/** Which videos of a torrent are worked on. */
export function ChooseFiles({ torrent, onClose, onAdd }: Properties): ReactNode {
  const texts = useTexts();
  const videos = torrent.files.filter((file) => file.is_video);
  const standard = videos.filter((file) => file.selected).map((file) => file.index);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set(standard));
  const toggle = (index: number): void => {
    const changed = new Set(chosen);
    if (!changed.delete(index)) changed.add(index);
    setChosen(changed);
  };
  const isStandard = chosen.size === standard.length && standard.every((index) => chosen.has(index));
  const isPossible = chosen.size > 0 && chosen.size <= torrent.max_files;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPossible) return;
    onClose();
    onAdd(isStandard ? undefined : [...chosen].sort((one, other) => one - other));
  };
  const total = videos.filter((file) => chosen.has(file.index)).reduce((sum, file) => sum + file.size_bytes, 0);
  return (
    <Dialog opened onClose={onClose} size="lg" title={texts('choose.title')}>
      <form onSubmit={submit}>
        <Text size="sm" fw={600} className="breakable clipped" dir="auto">{legible(torrent.name)}</Text>
        <Group gap="xs" my="xs">
          <Button size="compact-xs" variant="default" onClick={() => setChosen(new Set(videos.map((file) => file.index)))}>{texts('choose.all')}</Button>
          <Button size="compact-xs" variant="default" onClick={() => setChosen(new Set())}>{texts('choose.none')}</Button>
          <Text size="xs" c="dimmed" role="status">{texts('choose.count', { count: chosen.size, all: videos.length, size: bytes(total) })}</Text>
        </Group>
        <ul className="choice" aria-label={texts('choose.title')}>
          {videos.map((file) => (
            <li key={file.index}>
              <label>
                <input type="checkbox" checked={chosen.has(file.index)} onChange={() => toggle(file.index)} />
                <span className="file-name" dir="auto">{legible(file.path)}</span>
                <span className="file-size facts">{bytes(file.size_bytes)}</span>
              </label>
            </li>
          ))}
        </ul>
        {chosen.size > torrent.max_files && <Text size="sm" role="alert" className="failure" mt="xs">{texts('choose.many', { count: torrent.max_files })}</Text>}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>{texts('task.keep')}</Button>
          <Button type="submit" data-autofocus disabled={!isPossible}>{texts('add.submit')}</Button>
        </Group>
      </form>
    </Dialog>
  );
}
