import { Button, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { readFiles, readPictures, type Picture, type Task } from '../api/task.js';
import { clock, legible } from '../texts/format.js';
import { useTexts } from './context.js';
import { Gallery } from './gallery.js';
import { Icon } from './icons.js';
import { shotsOf } from './task-words.js';
import { zip } from './zip.js';

type Shown = { readonly wanted: number; readonly pictures: readonly Picture[]; readonly paths: ReadonlyMap<number, string> };

const none: Shown = { wanted: 0, pictures: [], paths: new Map() };

/** The pictures of a task as they arrive, those of each video under its name when there are several, and places for those to come. */
export function Pictures({ task }: { readonly task: Task }): ReactNode {
  const texts = useTexts();
  const { pictures, paths } = usePictures(task);
  const [opened, setOpened] = useState<number>();
  const open = (event: MouseEvent, at: number): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setOpened(at);
  };
  const isComing = task.status === 'working' && task.shots_wanted !== null;
  const places = isComing ? Math.max(0, (task.shots_wanted ?? 0) - pictures.length) : 0;
  if (pictures.length + places === 0) return null;
  return (
    <section className="panel">
      <div className="panel-line">
        <Title order={3} size="h6" className="panel-title">{texts('column.shots')}<span className="count">{shotsOf(task)}</span></Title>
        {pictures.length > 0 && (
          <div className="panel-actions">
            <Button component="a" href={`/tasks/${task.infohash}/sheet.jpg`} target="_blank" size="compact-sm" variant="subtle">{texts('task.sheet')}</Button>
            <DownloadAll infohash={task.infohash} pictures={pictures} />
          </div>
        )}
      </div>
      <div className="pictures">
        {pictures.flatMap((picture, at) => {
          const time = clock(picture.keyframe_time_s);
          const isFirst = pictures[at - 1]?.file !== picture.file;
          return [
            paths.size > 0 && isFirst && <h4 key={picture.file} dir="auto">{legible(paths.get(picture.file) ?? texts('task.file', { number: picture.file }))}</h4>,
            <a key={picture.url} href={picture.url} onClick={(event) => open(event, at)}>
              <img src={picture.url} alt={texts('picture.alt', { time })} loading="lazy" decoding="async" />
              <span>{time}</span>
            </a>,
          ];
        })}
        {Array.from({ length: places }, (_, at) => <span key={`place ${at}`} className="place" aria-hidden="true"><Icon name="film" size={20} /></span>)}
      </div>
      <Gallery pictures={pictures} at={opened} show={setOpened} />
    </section>
  );
}

function DownloadAll({ infohash, pictures }: { readonly infohash: string; readonly pictures: readonly Picture[] }): ReactNode {
  const texts = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [isRefused, setRefused] = useState(false);
  const download = async (): Promise<void> => {
    setBusy(true);
    setRefused(false);
    try {
      const entries = [];
      for (const { file, index, url } of pictures) {
        const answer = await fetch(url);
        if (!answer.ok) throw new TypeError(answer.statusText);
        entries.push({ name: `${file}-${String(index).padStart(2, '0')}.jpg`, bytes: new Uint8Array(await answer.arrayBuffer()) });
      }
      const address = URL.createObjectURL(zip(entries));
      const link = document.createElement('a');
      [link.href, link.download] = [address, `${infohash}.zip`];
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
      setRefused(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {isRefused && <Text size="sm" role="alert" className="failure">{texts('server.silent')}</Text>}
      <Button size="compact-sm" variant="subtle" loading={isBusy} onClick={() => void download()}>{texts('picture.all')}</Button>
    </>
  );
}

function usePictures({ infohash, shots_stored: wanted }: Task): Shown {
  const [shown, setShown] = useState(none);
  const isLoading = useRef(false);
  useEffect(() => {
    if (isLoading.current || shown.wanted === wanted) return;
    isLoading.current = true;
    load(infohash, wanted)
      // Deleted meanwhile, or the server is away: the next change asks again.
      .catch((thrown: unknown) => (thrown instanceof Refused ? undefined : Promise.reject(thrown)))
      .then((loaded) => {
        isLoading.current = false;
        if (loaded !== undefined) setShown(loaded);
      });
  }, [infohash, wanted, shown]);
  return shown;
}

/** What is stored may be more by now than the number that made us look: then the next number makes us look again. */
async function load(infohash: string, wanted: number): Promise<Shown> {
  const pictures = wanted > 0 ? await ask(`/tasks/${infohash}/screenshots`, readPictures) : [];
  const isOne = new Set(pictures.map(({ file }) => file)).size <= 1;
  const files = isOne ? [] : await ask(`/tasks/${infohash}/files`, readFiles);
  return { wanted, pictures, paths: new Map(files.map(({ index, path }) => [index, path])) };
}
