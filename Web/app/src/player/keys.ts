import type { Playback } from './playback.js';

export type Panel = { toggleFullscreen(): void; togglePictureInPicture(): void; toggleInfo(): void };

/** What one types into, or moves by arrows. */
const takesKeys = 'input:not([type=range]), textarea, select, [role=menu] *, [contenteditable]';
/** What space and Enter press. */
const isPressed = 'button, a, [role=button], [role=menuitem], summary';

const volumeStep = 0.05;

/** Does what a key means for the player. Whether it meant something. */
export function onKey(event: KeyboardEvent, playback: Playback, panel: Panel): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest(takesKeys)) return false;
  if ((event.key === ' ' || event.key === 'Enter') && target?.closest(isPressed)) return false;
  const { video } = playback;
  if (/^[0-9]$/.test(event.key)) {
    playback.seek((video.duration * Number(event.key)) / 10);
    return true;
  }
  const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  action?.(playback, panel);
  return action !== undefined;
}

const actions: Readonly<Record<string, ((playback: Playback, panel: Panel) => void) | undefined>> = {
  ' ': (playback) => playback.toggle(),
  'k': (playback) => playback.toggle(),
  'ArrowLeft': (playback) => playback.skip(-5),
  'ArrowRight': (playback) => playback.skip(5),
  'j': (playback) => playback.skip(-10),
  'l': (playback) => playback.skip(10),
  'ArrowUp': (playback) => playback.setVolume(playback.video.volume + volumeStep),
  'ArrowDown': (playback) => playback.setVolume(playback.video.volume - volumeStep),
  'Home': (playback) => playback.seek(0),
  'End': (playback) => playback.seek(playback.video.duration),
  'm': (playback) => playback.toggleMuted(),
  'c': (playback) => playback.chooseSubtitle(playback.store.get().subtitleAt >= 0 || playback.store.get().subtitles.length === 0 ? -1 : 0),
  'f': (_, panel) => panel.toggleFullscreen(),
  'p': (_, panel) => panel.togglePictureInPicture(),
  'i': (_, panel) => panel.toggleInfo(),
};
