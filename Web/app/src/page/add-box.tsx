import { Alert, Button, Checkbox, FileButton, Group, Paper, Text, Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Refused } from '../api/server.js';
import type { TaskList } from '../api/task-list.js';
import { useTexts } from './context.js';

type Source = { readonly field: 'magnet' | 'infohash' | 'torrent_file'; readonly value: string | File };

const submitsAtOnce = 4;
const shownLength = 60;

const toSources = (text: string): readonly Source[] =>
  text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
    .map((value) => ({ field: /^magnet:/i.test(value) ? 'magnet' : 'infohash', value }));
const ofFiles = (files: Iterable<File>): readonly Source[] => Array.from(files, (value) => ({ field: 'torrent_file', value }));

const nameOf = ({ value }: Source): string => {
  const name = typeof value === 'string' ? value : value.name;
  return name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
};

/** Adds torrents by links, infohashes and files; what is refused is listed with its reason. */
export function AddBox({ tasks }: { readonly tasks: TaskList }): ReactNode {
  const texts = useTexts();
  const [lines, setLines] = useState('');
  const [shots, setShots] = useState('10');
  const [wants, setWants] = useState({ screenshots: true, stream: false });
  const [refused, setRefused] = useState<readonly string[]>([]);
  const want = Object.entries(wants).filter(([, isWanted]) => isWanted).map(([name]) => name).join(',');

  const submit = async (sources: readonly Source[]): Promise<void> => {
    setRefused([]);
    if (want === '') return setRefused([texts('add.nothing')]);
    const left = [...sources];
    const work = async (): Promise<void> => {
      for (let source = left.shift(); source !== undefined; source = left.shift()) {
        const form = new FormData();
        form.append(source.field, source.value);
        form.append('shots', shots);
        form.append('want', want);
        try {
          await tasks.submit(form);
        } catch (thrown) {
          if (!(thrown instanceof Refused)) throw thrown;
          const why = texts('add.refused', { source: nameOf(source), why: thrown.detail ?? texts('server.silent') });
          setRefused((those) => [...those, why]);
        }
      }
    };
    await Promise.all(Array.from({ length: submitsAtOnce }, work));
  };
  const isDragging = useDrop((data) => submit(data.files.length > 0 ? ofFiles(data.files) : toSources(data.getData('text'))));

  return (
    <Paper
      component="form" withBorder p="md" radius="md" className="card"
      onSubmit={(event) => {
        event.preventDefault();
        setLines('');
        void submit(toSources(lines));
      }}
    >
      <Textarea
        label={texts('add.lines')} placeholder={texts('add.placeholder')} rows={2} spellCheck={false} autoComplete="off" className="lines"
        value={lines} onChange={(event) => setLines(event.currentTarget.value)}
      />
      <Group mt="sm" gap="md">
        <FileButton multiple accept=".torrent,application/x-bittorrent" onChange={(files) => void submit(ofFiles(files))}>
          {(props) => <Button {...props} variant="default">{texts('add.files')}</Button>}
        </FileButton>
        <Checkbox label={texts('add.screenshots')} checked={wants.screenshots} onChange={(event) => setWants({ ...wants, screenshots: event.currentTarget.checked })} />
        <Checkbox label={texts('add.stream')} checked={wants.stream} onChange={(event) => setWants({ ...wants, stream: event.currentTarget.checked })} />
        <TextInput
          type="number" min={1} max={60} required withAsterisk={false} label={texts('add.shots')} className="shots" disabled={!wants.screenshots}
          value={shots} onChange={(event) => setShots(event.currentTarget.value)}
        />
        <Button type="submit" className="submit">{texts('add.submit')}</Button>
      </Group>
      <Text size="sm" c="dimmed" mt="xs" className="hint">{texts('add.hint')}</Text>
      {refused.length > 0 && (
        <Alert color="red" role="alert" mt="sm" py="xs">
          {refused.map((why, at) => <Text key={at} size="sm" className="breakable">{why}</Text>)}
        </Alert>
      )}
      {isDragging && <div className="drop">{texts('add.drop')}</div>}
    </Paper>
  );
}

/** Takes what is dropped anywhere on the page. Whether something is being dragged over it. */
function useDrop(onDrop: (data: DataTransfer) => Promise<void>): boolean {
  const [depth, setDepth] = useState(0);
  const latest = useRef(onDrop);
  useEffect(() => {
    latest.current = onDrop;
  });
  useEffect(() => {
    const ends = new AbortController();
    const { signal } = ends;
    addEventListener('dragenter', (event) => (event.preventDefault(), setDepth((now) => now + 1)), { signal });
    addEventListener('dragover', (event) => event.preventDefault(), { signal });
    addEventListener('dragleave', () => setDepth((now) => Math.max(0, now - 1)), { signal });
    addEventListener(
      'drop',
      (event) => {
        event.preventDefault();
        setDepth(0);
        if (event.dataTransfer !== null) void latest.current(event.dataTransfer);
      },
      { signal },
    );
    return () => ends.abort();
  }, []);
  return depth > 0;
}
