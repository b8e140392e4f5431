import { useEffect, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { useTexts } from '../page/context.js';
import { clock } from '../texts/format.js';
import type { Playback, PlaybackState } from './playback.js';
import { thumbnailAt, type Thumbnail } from './thumbnails.js';

type Preview = { readonly time: number; readonly share: number };

/** Where the video is, and with a pointer over it, what is there. */
export function SeekBar({ playback, state }: { readonly playback: Playback; readonly state: PlaybackState }): ReactNode {
  const texts = useTexts();
  const bar = useRef<HTMLDivElement>(null);
  const [preview, setPreview] = useState<Preview>();
  const [isDragging, setDragging] = useState(false);
  const { duration, bufferedTo } = state;
  const share = (seconds: number): string => `${duration > 0 ? Math.min(100, (100 * seconds) / duration) : 0}%`;
  const time = isDragging && preview !== undefined ? preview.time : state.time;

  // Looked up whenever it is drawn: the thumbnails may come after the pointer.
  const thumbnail = preview === undefined ? undefined : thumbnailAt(playback.thumbnails.all, preview.time);
  const address = useSheet(playback, thumbnail?.sheet);

  const look = ({ clientX }: PointerEvent): number => {
    const { left, width } = bar.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    const at = Math.max(0, Math.min(1, (clientX - left) / width));
    const next = { time: at * duration, share: at };
    setPreview(next);
    return next.time;
  };

  return (
    <div
      ref={bar} className="seek-bar" role="slider" tabIndex={0} aria-label={texts('player.seek')}
      aria-valuemin={0} aria-valuemax={Math.floor(duration)} aria-valuenow={Math.floor(time)}
      aria-valuetext={texts('player.position', { time: clock(time), duration: clock(duration) })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragging(true);
        look(event);
      }}
      onPointerMove={look}
      onPointerUp={(event) => {
        setDragging(false);
        playback.seek(look(event));
        if (event.pointerType !== 'mouse') setPreview(undefined);
      }}
      onPointerCancel={() => setDragging(false)}
      onPointerLeave={() => setPreview(undefined)}
    >
      <div className="rail">
        <div className="buffered" style={{ width: share(bufferedTo) }} />
        <div className="played" style={{ width: share(time) }} />
      </div>
      <div className="knob" style={{ left: share(time) }} />
      {preview !== undefined && duration > 0 && (
        <div className="preview" style={{ left: `clamp(5.5rem, ${preview.share * 100}%, calc(100% - 5.5rem))` }}>
          {thumbnail !== undefined && address !== undefined && <Picture thumbnail={thumbnail} address={address} />}
          <span>{clock(preview.time)}</span>
        </div>
      )}
    </div>
  );
}

/** An image within a window: unlike a background its address is no style. */
const Picture = ({ thumbnail: { x, y, width, height }, address }: { readonly thumbnail: Thumbnail; readonly address: string }): ReactNode => (
  <div className="glimpse" style={{ width, height }}>
    <img src={address} alt="" style={{ left: -x, top: -y }} />
  </div>
);

/** The address of a sheet, once it is there. */
function useSheet({ thumbnails }: Playback, name: string | undefined): string | undefined {
  const [sheet, setSheet] = useState<{ readonly name: string; readonly address: string | undefined }>();
  useEffect(() => {
    if (name === undefined) return undefined;
    let isLeft = false;
    void thumbnails.sheet(name).then((address) => {
      if (!isLeft) setSheet({ name, address });
    });
    return () => void (isLeft = true);
  }, [thumbnails, name]);
  return sheet?.name === name ? sheet?.address : undefined;
}
