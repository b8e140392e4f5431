import { Button, Loader } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Store } from '../api/store.js';
import type { VideoStream } from '../api/task.js';
import { useStore, useTexts } from '../page/context.js';
import { Icon } from '../page/icons.js';
import { clock } from '../texts/format.js';
import { Controls } from './controls.js';
import { InfoPanel } from './info-panel.js';
import { onKey, type Panel } from './keys.js';
import { Playback, type PlaybackState } from './playback.js';

/** The controls go so long after the last move of the pointer. */
const idleMs = 3000;
const noteMs = 8000;

type PlayerProperties = { readonly infohash: string; readonly signaling: string; readonly stream: VideoStream; onRetry(): void };

export function Player({ infohash, signaling, stream, onRetry }: PlayerProperties): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const [playback, setPlayback] = useState<Playback>();
  useEffect(() => {
    if (video.current === null) return undefined;
    const made = new Playback(video.current, infohash, signaling, stream);
    setPlayback(made);
    return () => made.close();
  }, [infohash, signaling, stream]);
  const player = useRef<HTMLDivElement>(null);
  const texts = useTexts();
  return (
    <div className="player" ref={player} role="region" aria-label={texts('player.label')}>
      <video ref={video} playsInline />
      {playback !== undefined && <Overlay playback={playback} player={player} onRetry={onRetry} />}
    </div>
  );
}

type Properties = { readonly playback: Playback; readonly player: RefObject<HTMLDivElement | null>; onRetry(): void };

function Overlay({ playback, player, onRetry }: Properties): ReactNode {
  const state = useStore(playback.store);
  const [hasInfo, setInfo] = useState(false);
  const [hasMenu, setMenu] = useState(false);
  const isFullscreen = useFullscreen(player);
  const isIdle = useIdle(player) && !state.isPaused && !hasMenu;
  const panel = useMemo<Panel>(
    () => ({
      toggleFullscreen: () => void (document.fullscreenElement === null ? player.current?.requestFullscreen() : document.exitFullscreen())?.catch(() => undefined),
      togglePictureInPicture: () =>
        void (document.pictureInPictureElement === null ? playback.video.requestPictureInPicture() : document.exitPictureInPicture()).catch(() => undefined),
      toggleInfo: () => setInfo((now) => !now),
    }),
    [playback, player],
  );
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (onKey(event, playback, panel)) event.preventDefault();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [playback, panel]);

  return (
    <div className={`overlay ${isIdle ? 'idle' : ''}`}>
      <div className="surface" onClick={() => playback.toggle()} onDoubleClick={panel.toggleFullscreen} />
      <Notice playback={playback} state={state} onRetry={onRetry} />
      {hasInfo && <InfoPanel playback={playback} />}
      <div className="bottom">
        <Captions lines={state.captions} />
        <Controls playback={playback} state={state} panel={panel} isFullscreen={isFullscreen} onMenu={setMenu} />
      </div>
    </div>
  );
}

const Captions = ({ lines }: { readonly lines: readonly string[] }): ReactNode =>
  lines.length > 0 && <div className="captions">{lines.map((line, at) => <span key={at}>{line}</span>)}</div>;

/** In the middle: why nothing is seen. At the top: what need not stop anybody who still has something to see. */
function Notice({ playback, state, onRetry }: { readonly playback: Playback; readonly state: PlaybackState; onRetry(): void }): ReactNode {
  const texts = useTexts();
  const { problem, link, resumedAt } = state;
  useEffect(() => {
    if (resumedAt === undefined) return undefined;
    const timer = setTimeout(() => playback.dismissResumed(), noteMs);
    return () => clearTimeout(timer);
  }, [playback, resumedAt]);

  if (problem !== undefined) {
    return (
      <div className="notice middle" role="alert">
        <p>{texts(problem.key, problem.values)}</p>
        <Button onClick={onRetry}>{texts('task.retry')}</Button>
      </div>
    );
  }
  if (state.needsClick) {
    return (
      <div className="notice middle clear">
        <Button size="xl" radius="xl" leftSection={<Icon name="play" size={28} />} onClick={() => playback.play()}>{texts('player.start')}</Button>
      </div>
    );
  }
  const why = link.state === 'connecting' && link.why !== undefined ? texts(link.why.key, link.why.values) : undefined;
  if (state.isWaiting && (!state.isPaused || !state.hasStarted)) {
    return (
      <div className="notice middle clear" role="status">
        <Loader color="white" />
        {why !== undefined && <p className="why">{`${why} ${texts('player.again')}`}</p>}
        {why === undefined && <p>{texts(link.state === 'connecting' ? 'player.connecting' : 'player.loading')}</p>}
      </div>
    );
  }
  if (why !== undefined) return <div className="notice top" role="status">{`${texts('player.reconnecting')} ${why}`}</div>;
  if (resumedAt !== undefined) {
    return (
      <div className="notice top" role="status">
        {texts('player.resumed', { time: clock(resumedAt) })}
        <Button size="compact-sm" variant="white" onClick={() => playback.startOver()}>{texts('player.startOver')}</Button>
      </div>
    );
  }
  return null;
}

function useFullscreen(player: RefObject<HTMLElement | null>): boolean {
  const [isFullscreen, setFullscreen] = useState(false);
  useEffect(() => {
    const listener = (): void => setFullscreen(document.fullscreenElement !== null && document.fullscreenElement === player.current);
    document.addEventListener('fullscreenchange', listener);
    return () => document.removeEventListener('fullscreenchange', listener);
  }, [player]);
  return isFullscreen;
}

/** Whether nobody has moved anything over the player for a while. Whoever points at the controls looks at them. */
function useIdle(player: RefObject<HTMLElement | null>): boolean {
  const idle = useMemo(() => new Store(false), []);
  useEffect(() => {
    const ends = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const doze = (): void => {
      const isPointedAt = matchMedia('(hover: hover)').matches && player.current?.querySelector('.controls:hover') != null;
      if (isPointedAt) timer = setTimeout(doze, idleMs);
      else idle.set(true);
    };
    const wake = (): void => {
      clearTimeout(timer);
      idle.set(false);
      timer = setTimeout(doze, idleMs);
    };
    for (const name of ['pointermove', 'pointerdown', 'focusin']) player.current?.addEventListener(name, wake, { signal: ends.signal });
    addEventListener('keydown', wake, { signal: ends.signal });
    wake();
    return () => {
      ends.abort();
      clearTimeout(timer);
    };
  }, [player, idle]);
  return useStore(idle);
}
