import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { ask, Refused } from '../api/server.js';
import { readFiles, readPictures, type Picture, type Task } from '../api/task.js';
import { clock } from '../texts/format.js';
import { useTexts } from './context.js';
import { Gallery } from './gallery.js';

type Shown = { readonly wanted: number; readonly pictures: readonly Picture[]; readonly paths: ReadonlyMap<number, string> };

const none: Shown = { wanted: 0, pictures: [], paths: new Map() };

/** The pictures of a task, those of each video under its name when there are several. */
export function Pictures({ task, isVisible }: { readonly task: Task; readonly isVisible: boolean }): ReactNode {
  const texts = useTexts();
  const { pictures, paths } = usePictures(task, isVisible);
  const [opened, setOpened] = useState<number>();
  const open = (event: MouseEvent, at: number): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    setOpened(at);
  };
  if (pictures.length === 0) return null;
  return (
    <div className="pictures">
      {pictures.flatMap((picture, at) => {
        const time = clock(picture.keyframe_time_s);
        const isFirst = pictures[at - 1]?.file !== picture.file;
        return [
          paths.size > 0 && isFirst && <h3 key={picture.file}>{paths.get(picture.file) ?? texts('task.file', { number: picture.file })}</h3>,
          <a key={picture.url} href={picture.url} onClick={(event) => open(event, at)}>
            <img src={picture.url} alt={texts('picture.alt', { time })} loading="lazy" />
            <span>{time}</span>
          </a>,
        ];
      })}
      <Gallery pictures={pictures} at={opened} show={setOpened} />
    </div>
  );
}

function usePictures({ infohash, shots_stored: wanted }: Task, isVisible: boolean): Shown {
  const [shown, setShown] = useState(none);
  const isLoading = useRef(false);
  useEffect(() => {
    if (!isVisible || isLoading.current || shown.wanted === wanted) return;
    isLoading.current = true;
    load(infohash, wanted)
      // Deleted meanwhile, or the server is away: the next change asks again.
      .catch((thrown: unknown) => (thrown instanceof Refused ? undefined : Promise.reject(thrown)))
      .then((loaded) => {
        isLoading.current = false;
        if (loaded !== undefined) setShown(loaded);
      });
  }, [infohash, wanted, isVisible, shown]);
  return shown;
}

/** What is stored may be more by now than the number that made us look: then the next number makes us look again. */
async function load(infohash: string, wanted: number): Promise<Shown> {
  const pictures = wanted > 0 ? await ask(`/tasks/${infohash}/screenshots`, readPictures) : [];
  const isOne = new Set(pictures.map(({ file }) => file)).size <= 1;
  const files = isOne ? [] : await ask(`/tasks/${infohash}/files`, readFiles);
  return { wanted, pictures, paths: new Map(files.map(({ index, path }) => [index, path])) };
}
