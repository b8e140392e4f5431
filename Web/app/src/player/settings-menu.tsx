import { ActionIcon, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../page/context.js';
import { Icon } from '../page/icons.js';
import type { Playback, PlaybackState, Track } from './playback.js';

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** Audio track, subtitles and speed. */
export function SettingsMenu({ playback, state, onOpen }: { readonly playback: Playback; readonly state: PlaybackState; onOpen(isOpen: boolean): void }): ReactNode {
  const texts = useTexts();
  const nameOf = ({ name, language }: Track, at: number): string => name || language || texts('player.track', { number: at + 1 });
  const item = (isChosen: boolean, label: string, choose: () => void): ReactNode => (
    <Menu.RadioItem key={label} value={label} checked={isChosen} onChange={choose} closeMenuOnClick>{label}</Menu.RadioItem>
  );
  return (
    // Inside of the player: only what is in it is seen in full screen.
    <Menu position="top-end" withinPortal={false} shadow="md" onChange={onOpen}>
      <Menu.Target>
        <ActionIcon className="control" aria-label={texts('player.settings')} title={texts('player.settings')}><Icon name="settings" size={24} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="settings">
        {state.audio.length > 1 && <Menu.Label>{texts('player.audio')}</Menu.Label>}
        {state.audio.length > 1 && state.audio.map((track, at) => item(at === state.audioAt, nameOf(track, at), () => playback.chooseAudio(at)))}
        {state.subtitles.length > 0 && <Menu.Label>{texts('player.subtitles')}</Menu.Label>}
        {state.subtitles.length > 0 && item(state.subtitleAt < 0, texts('player.off'), () => playback.chooseSubtitle(-1))}
        {state.subtitles.map((track, at) => item(at === state.subtitleAt, nameOf(track, at), () => playback.chooseSubtitle(at)))}
        <Menu.Label>{texts('player.speed')}</Menu.Label>
        {rates.map((rate) => item(rate === state.rate, rate === 1 ? texts('player.normal') : `${rate}×`, () => playback.setRate(rate)))}
      </Menu.Dropdown>
    </Menu>
  );
}
