import { ActionIcon, NativeSelect, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { textsOf, languages, type Language } from '../texts/translate.js';
import { useSpeech } from './context.js';
import { Icon } from './icons.js';

const next = { auto: 'light', light: 'dark', dark: 'auto' } as const;

export function Preferences(): ReactNode {
  const { texts, speak } = useSpeech();
  // To hold transitions back it would write a style into the document.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const label = texts('page.scheme', { scheme: texts(`scheme.${colorScheme}`) });
  return (
    <>
      <NativeSelect
        size="xs" className="language" aria-label={texts('page.language')} value={texts.language}
        data={languages.map((value) => ({ value, label: textsOf(value)('language.name') }))}
        onChange={(event) => speak(event.currentTarget.value as Language)}
      />
      <ActionIcon variant="default" size="lg" aria-label={label} title={label} onClick={() => setColorScheme(next[colorScheme])}>
        <Icon name={colorScheme} />
      </ActionIcon>
    </>
  );
}
