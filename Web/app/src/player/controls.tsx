import { ActionIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../page/context.js';
import { Icon } from '../page/icons.js';
import { clock } from '../texts/format.js';
import type { Panel } from './keys.js';
import type { Playback, PlaybackState } from './playback.js';
import { SeekBar } from './seek-bar.js';
import { SettingsMenu } from './settings-menu.js';

type Properties = { readonly playback: Playback; readonly state: PlaybackState; readonly panel: Panel; readonly isFullscreen: boolean; onMenu(isOpen: boolean): void };

export function Controls({ playback, state, panel, isFullscreen, onMenu }: Properties): ReactNode {
  const texts = useTexts();
  const button = (icon: Parameters<typeof Icon>[0]['name'], label: string, onClick: () => void, className = ''): ReactNode => (
    <ActionIcon className={`control ${className}`} aria-label={label} title={label} onClick={onClick}><Icon name={icon} size={24} /></ActionIcon>
  );
  const isSilent = state.isMuted || state.volume === 0;
  return (
    <div className="controls">
      <SeekBar playback={playback} state={state} />
      <div className="buttons">
        {state.isPaused ? button('play', texts('player.play'), () => playback.play()) : button('pause', texts('player.pause'), () => playback.video.pause())}
        {button(isSilent ? 'muted' : 'volume', texts(isSilent ? 'player.unmute' : 'player.mute'), () => playback.toggleMuted())}
        <input
          type="range" className="volume" min={0} max={1} step={0.05} aria-label={texts('player.volume')} value={state.isMuted ? 0 : state.volume}
          onChange={(event) => playback.setVolume(Number(event.currentTarget.value))}
        />
        <span className="time">{`${clock(state.time)} / ${clock(state.duration)}`}</span>
        <span className="space" />
        {state.subtitles.length > 0 &&
          button('subtitles', texts('player.subtitles'), () => playback.chooseSubtitle(state.subtitleAt < 0 ? 0 : -1), state.subtitleAt < 0 ? '' : 'on')}
        <SettingsMenu playback={playback} state={state} onOpen={onMenu} />
        {button('info', texts('player.info'), panel.toggleInfo)}
        {document.pictureInPictureEnabled && button('pip', texts('player.pip'), panel.togglePictureInPicture, 'wide-only')}
        {button(isFullscreen ? 'window' : 'fullscreen', texts(isFullscreen ? 'player.window' : 'player.fullscreen'), panel.toggleFullscreen)}
      </div>
    </div>
  );
}
