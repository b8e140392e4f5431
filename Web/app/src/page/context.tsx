import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Store } from '../api/store.js';
import { choose, languages, textsOf, type Language, type Texts } from '../texts/translate.js';

const remembered = 'eventtorrent.language';

type Speech = { readonly texts: Texts; speak(language: Language): void };
const SpeechContext = createContext<Speech | undefined>(undefined);

/** What is below is in the language that was chosen, or else in that of the browser. */
export function Speaking({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(() => languages.find((one) => one === recall(remembered)) ?? choose(navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speak = (chosen: Language): void => {
    keep(remembered, chosen);
    setLanguage(chosen);
  };
  return <SpeechContext value={{ texts: textsOf(language), speak }}>{children}</SpeechContext>;
}

export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === undefined) throw new Error('outside of Speaking');
  return speech;
}

export const useTexts = (): Texts => useSpeech().texts;

export const useStore = <T,>(store: Store<T>): T => useSyncExternalStore(store.subscribe, store.get);

/** A browser may refuse to remember anything. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it is forgotten.
  }
}
