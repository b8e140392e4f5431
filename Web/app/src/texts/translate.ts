import { en, type Catalogue, type TextKey } from './en.js';
import { zhHans } from './zh-hans.js';
import { zhHant } from './zh-hant.js';

/** By their tags (BCP 47). */
export const catalogues = { en, 'zh-Hans': zhHans, 'zh-Hant': zhHant } as const satisfies Readonly<Record<string, Catalogue>>;
export type Language = keyof typeof catalogues;
export const languages = Object.keys(catalogues) as readonly Language[];

type Values = Readonly<Record<string, string | number>>;
type Plural = Extract<TextKey, `${string}.other`> extends `${infer Stem}.other` ? Stem : never;

/** Gives texts of one language. `count` is what decides between one and many. */
export type Texts = {
  readonly language: Language;
  (key: TextKey, values?: Values): string;
  count(key: Plural, count: number): string;
};

export function textsOf(language: Language): Texts {
  const catalogue: Catalogue = catalogues[language];
  const rules = new Intl.PluralRules(language);
  const text = (key: TextKey, values: Values = {}): string => catalogue[key].replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  const count = (key: Plural, number: number): string => text(`${key}.${rules.select(number) === 'one' ? 'one' : 'other'}`, { count: number });
  return Object.assign(text, { language, count });
}

/** Whether there is a text of this name: some names come from the server, and a newer one may say more. */
export const isText = (key: string): key is TextKey => Object.hasOwn(en, key);

/** The first language that is asked for and spoken. Chinese of Taiwan, Hong Kong and Macau is written in traditional characters. */
export function choose(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const [language = '', ...rest] = tag.toLowerCase().split('-');
    if (language === 'en') return 'en';
    if (language === 'zh') return rest.includes('hant') || (!rest.includes('hans') && rest.some((part) => /^(tw|hk|mo)$/.test(part))) ? 'zh-Hant' : 'zh-Hans';
  }
  return 'en';
}
