import type { ReactNode } from 'react';
import type { FileStream } from '../api/task.js';
import { bitRate, legible } from '../texts/format.js';
import { isText, type Texts } from '../texts/translate.js';
import { useTexts } from './context.js';

const brighter: Readonly<Record<string, string>> = { pq: 'HDR (PQ)', hlg: 'HDR (HLG)' };
/** As loudspeakers are counted. */
const layouts: Readonly<Record<number, string>> = { 1: '1.0', 2: '2.0', 6: '5.1', 7: '6.1', 8: '7.1' };

/** What is in a video: a line for each stream that is seen or heard, and one for all that are read. */
export function StreamList({ streams }: { readonly streams: readonly FileStream[] }): ReactNode {
  const texts = useTexts();
  const read = streams.filter(({ kind }) => kind === 'subtitle');
  const lines = [
    ...streams.filter(({ kind }) => kind !== 'subtitle').map((stream) => [wordOf(stream.kind, texts), ...factsOf(stream, texts)].join(' · ')),
    ...(read.length === 0 ? [] : [`${wordOf('subtitle', texts)} · ${read.map(({ language, codec }) => languageOf(language, texts) ?? legible(codec ?? '?')).join(', ')}`]),
  ];
  return <div className="streams facts">{lines.map((line, at) => <div key={at}>{line}</div>)}</div>;
}

function factsOf(stream: FileStream, texts: Texts): readonly string[] {
  const { codec, width, height, frames_per_second: rate, bit_depth: depth, dynamic_range: range, channels, sample_rate: samples, bits_per_second: bits } = stream;
  return [
    languageOf(stream.language, texts),
    codec === null ? null : legible(codec),
    width === null || height === null ? null : `${width} × ${height}`,
    rate === null ? null : texts('media.rate', { rate: Number(rate.toFixed(3)) }),
    depth === null ? null : texts('media.depth', { count: depth }),
    range === null ? null : (brighter[range] ?? legible(range)),
    channels === null ? null : (layouts[channels] ?? texts('media.channels', { count: channels })),
    samples === null ? null : `${samples / 1000} kHz`,
    bits === null ? null : bitRate(bits),
  ].filter((fact) => fact !== null);
}

const wordOf = (kind: string, texts: Texts): string => {
  const key = `media.${kind}`;
  return isText(key) ? texts(key) : legible(kind);
};

function languageOf(tag: string | null, texts: Texts): string | null {
  if (tag === null) return null;
  return /^[a-z]{2,3}$/.test(tag) ? (new Intl.DisplayNames([texts.language], { type: 'language' }).of(tag) ?? tag) : legible(tag);
}
