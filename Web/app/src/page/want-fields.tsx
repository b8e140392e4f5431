import { Checkbox, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from './context.js';

/** What is to be made of the files of a torrent. */
export type Wanted = { readonly screenshots: boolean; readonly stream: boolean; readonly shots: string };

export const usual: Wanted = { screenshots: true, stream: false, shots: '10' };

/** As the door reads it; empty when nothing is wanted. */
export const wantOf = ({ screenshots, stream }: Wanted): string => [screenshots ? 'screenshots' : '', stream ? 'stream' : ''].filter((word) => word !== '').join(',');

type Properties = { readonly wanted: Wanted; change(wanted: Wanted): void };

export function WantFields({ wanted, change }: Properties): ReactNode {
  const texts = useTexts();
  return (
    <>
      <Checkbox size="xs" label={texts('add.screenshots')} checked={wanted.screenshots} onChange={(event) => change({ ...wanted, screenshots: event.currentTarget.checked })} />
      <TextInput
        type="number" size="xs" min={1} max={60} required withAsterisk={false} label={texts('add.shots')} className="shots" disabled={!wanted.screenshots}
        value={wanted.shots} onChange={(event) => change({ ...wanted, shots: event.currentTarget.value })}
      />
      <Checkbox size="xs" label={texts('add.stream')} checked={wanted.stream} onChange={(event) => change({ ...wanted, stream: event.currentTarget.checked })} />
    </>
  );
}
