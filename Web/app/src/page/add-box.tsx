import { ActionIcon, Alert, Anchor, Button, Checkbox, CloseButton, FileButton, Text, Textarea } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { ask, Refused } from '../api/server.js';
import { readTorrentFiles, type Task, type TorrentFiles } from '../api/task.js';
import { legible } from '../texts/format.js';
import type { Awaited } from './choose-when-known.js';
import { useTexts } from './context.js';
import { Icon } from './icons.js';
import type { PageState } from './page-state.js';
import { addressOf, replaceAddress } from './route.js';
import { isTyping } from './keyboard.js';
import { titleOf } from './task-words.js';
import { usual, WantFields, wantOf } from './want-fields.js';

/** Few choose: what asks them is loaded then. */
const ChooseFiles = lazy(async () => ({ default: (await import('./choose-files.js')).ChooseFiles }));
const ChooseWhenKnown = lazy(async () => ({ default: (await import('./choose-when-known.js')).ChooseWhenKnown }));

type Source = { readonly field: 'magnet' | 'infohash' | 'torrent_file'; readonly value: string | File; readonly files?: readonly number[] };

/** A torrent of several videos, out of which some are to be chosen. */
type Choice = { readonly source: Source; readonly torrent: TorrentFiles };

/** What became of a source that is worth a line: a new task is seen in the list. */
type Outcome = { readonly source: string; readonly task: Task | undefined; readonly why: string | undefined };

const submitsAtOnce = 4;
const shownLength = 60;
const shownOutcomes = 20;

const toSources = (text: string): readonly Source[] =>
  text.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== '')
    .map((value) => ({ field: /^magnet:/i.test(value) ? 'magnet' : 'infohash', value }));
const ofFiles = (files: Iterable<File>): readonly Source[] => Array.from(files, (value) => ({ field: 'torrent_file', value }));
const ofData = (data: DataTransfer): readonly Source[] =>
  data.files.length > 0 ? ofFiles(data.files) : toSources(data.getData('text/uri-list') || data.getData('text/plain'));

const formOf = ({ field, value }: Source): FormData => {
  const form = new FormData();
  form.append(field, value);
  return form;
};

const nameOf = ({ value }: Source): string => {
  const name = legible(typeof value === 'string' ? value : value.name);
  return name.length > shownLength ? `${name.slice(0, shownLength)}…` : name;
};

type Properties = { readonly state: PageState; readonly box: RefObject<HTMLTextAreaElement | null>; readonly asked: string | undefined };

/** Adds torrents by links, infohashes and files: typed, picked, dropped or pasted anywhere. Says what was there already, and what is refused and why. */
export function AddBox({ state, box, asked }: Properties): ReactNode {
  const texts = useTexts();
  const { tasks } = state;
  const [lines, setLines] = useState('');
  const [wanted, setWanted] = useState(usual);
  const [isChoosing, setChoosing] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [left, setLeft] = useState(0);
  const [choice, setChoice] = useState<Choice>();
  const [awaited, setAwaited] = useState<readonly Awaited[]>([]);
  const [questioned, setQuestioned] = useState<string>();
  const want = wantOf(wanted);

  // A link that another program hands on is shown, and a person adds it: pages on the web can send them too.
  useEffect(() => {
    if (asked === undefined) return;
    setLines(asked);
    replaceAddress(addressOf.list);
    box.current?.focus();
  }, [asked, box]);

  const say = (source: string, task?: Task, why?: string): void => setOutcomes((those) => [...those, { source, task, why }]);
  const refuse = (source: Source, thrown: unknown): void => {
    if (!(thrown instanceof Refused)) throw thrown;
    say(nameOf(source), undefined, thrown.detail ?? texts('server.silent'));
  };
  /** One torrent alone may have several videos: which of them, a person says. Of many at once nobody wants to be asked. */
  const take = async (sources: readonly Source[]): Promise<void> => {
    const [source] = sources;
    if (source === undefined || sources.length > 1 || want === '' || (source.field !== 'torrent_file' && !isChoosing)) return submit(sources);
    setOutcomes([]);
    setLeft((now) => now + 1);
    try {
      await (source.field === 'torrent_file' ? list(source) : learn(source));
    } catch (thrown) {
      refuse(source, thrown);
    } finally {
      setLeft((now) => now - 1);
    }
  };
  const list = async (source: Source): Promise<void> => {
    const torrent = await ask('/tasks/files', readTorrentFiles, { method: 'POST', body: formOf(source) });
    if (torrent.files.filter((file) => file.is_video).length > 1) setChoice({ source, torrent });
    else await submit([source]);
  };
  /** What a link leads to is known when a peer has told it. */
  const learn = async (source: Source): Promise<void> => {
    const form = formOf(source);
    form.append('want', 'metadata');
    const { infohash } = (await tasks.submit(form)).task;
    setAwaited((those) => [...those.filter((one) => one.infohash !== infohash), { infohash, name: nameOf(source), wanted }]);
  };
  const end = (infohash: string, form: FormData | undefined, there: Task | undefined): void => {
    setAwaited((those) => those.filter((one) => one.infohash !== infohash));
    setQuestioned((now) => (now === infohash ? undefined : now));
    const source: Source = { field: 'infohash', value: infohash };
    if (there !== undefined) say(nameOf(source), there);
    if (form !== undefined) tasks.submit(form).catch((thrown: unknown) => refuse(source, thrown));
  };
  const submit = async (sources: readonly Source[]): Promise<void> => {
    setOutcomes([]);
    if (want === '') return say('', undefined, texts('add.nothing'));
    const queue = [...sources];
    setLeft((now) => now + queue.length);
    const work = async (): Promise<void> => {
      for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
        const form = formOf(source);
        form.append('shots', wanted.shots);
        form.append('want', want);
        if (source.files !== undefined) form.append('files', source.files.join(','));
        try {
          const { task, isNew } = await tasks.submit(form);
          if (!isNew) say(nameOf(source), task);
        } catch (thrown) {
          refuse(source, thrown);
        }
        setLeft((now) => now - 1);
      }
    };
    await Promise.all(Array.from({ length: submitsAtOnce }, work));
  };
  const isDragging = useTransfer((data) => {
    const sources = ofData(data);
    if (sources.length > 0) void take(sources);
  });
  const add = (): void => {
    if (lines.trim() === '') return box.current?.focus();
    setLines('');
    void take(toSources(lines));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    add();
  };

  return (
    <>
      <form className="add" onSubmit={(event) => (event.preventDefault(), add())}>
        <div className="add-line">
          <Textarea
            ref={box} autosize minRows={1} maxRows={8} spellCheck={false} autoComplete="off" className="lines"
            aria-label={texts('add.lines')} placeholder={texts('add.placeholder')}
            value={lines} onChange={(event) => setLines(event.currentTarget.value)} onKeyDown={onKeyDown}
          />
          <FileButton multiple accept=".torrent,application/x-bittorrent" onChange={(files) => void take(ofFiles(files))}>
            {(props) => (
              <ActionIcon {...props} variant="default" size={36} aria-label={texts('add.files')} title={texts('add.files')}><Icon name="file" /></ActionIcon>
            )}
          </FileButton>
          <Button type="submit" leftSection={<Icon name="add" size={16} />} loading={left > 0} className="submit">{texts('add.submit')}</Button>
        </div>
        <div className="add-choices">
          <WantFields wanted={wanted} change={setWanted} />
          <Checkbox size="xs" label={texts('choose.ask')} checked={isChoosing} onChange={(event) => setChoosing(event.currentTarget.checked)} />
          <Text size="xs" c="dimmed" className="hint">{texts('add.hint')}</Text>
        </div>
        {outcomes.length > 0 && <Outcomes outcomes={outcomes} onClose={() => setOutcomes([])} />}
        {isDragging && <div className="drop">{texts('add.drop')}</div>}
      </form>
      <Suspense>
        {awaited.map((one) => (
          <ChooseWhenKnown
            key={one.infohash} {...one} state={state} isFree={choice === undefined && questioned === undefined} isTurn={questioned === one.infohash}
            onAsk={() => setQuestioned((now) => now ?? one.infohash)} onEnd={(form, there) => end(one.infohash, form, there)}
          />
        ))}
        {choice !== undefined && (
          <ChooseFiles
            torrent={choice.torrent} onClose={() => setChoice(undefined)}
            onAdd={(files) => void submit([files === undefined ? choice.source : { ...choice.source, files }])}
          />
        )}
      </Suspense>
    </>
  );
}

function Outcomes({ outcomes, onClose }: { readonly outcomes: readonly Outcome[]; onClose(): void }): ReactNode {
  const texts = useTexts();
  const isBad = outcomes.some(({ why }) => why !== undefined);
  return (
    <Alert color={isBad ? 'red' : 'blue'} role={isBad ? 'alert' : 'status'} mt="xs" py="xs" className="outcomes">
      <CloseButton size="sm" className="dismiss" aria-label={texts('page.close')} onClick={onClose} />
      {outcomes.slice(0, shownOutcomes).map(({ source, task, why }, at) => (
        <Text key={at} size="sm" className="breakable">
          {why !== undefined && (source === '' ? why : texts('add.refused', { source, why }))}
          {task !== undefined && <>{texts('add.there')} <Anchor href={addressOf.task(task.infohash)} size="sm">{titleOf(task)}</Anchor></>}
        </Text>
      ))}
      {outcomes.length > shownOutcomes && <Text size="sm">{texts('add.others', { count: outcomes.length - shownOutcomes })}</Text>}
    </Alert>
  );
}

/** Takes what is dropped or pasted anywhere on the page, but not what is pasted into a field. Whether something is being dragged over it. */
function useTransfer(take: (data: DataTransfer) => void): boolean {
  const [depth, setDepth] = useState(0);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
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
        if (event.dataTransfer !== null) latest.current(event.dataTransfer);
      },
      { signal },
    );
    addEventListener(
      'paste',
      (event) => {
        if (event.clipboardData === null || (isTyping(event) && event.clipboardData.files.length === 0)) return;
        event.preventDefault();
        latest.current(event.clipboardData);
      },
      { signal },
    );
    return () => ends.abort();
  }, []);
  return depth > 0;
}
