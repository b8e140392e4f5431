import { keep, recall } from '../page/context.js';

const key = 'eventtorrent.positions';
/** More than anybody goes on with. */
const most = 100;
/** So near to an end one has seen it, or has not begun. */
const marginSeconds = 10;

type Entry = readonly [place: string, seconds: number];

/** Where one was in the videos that were watched last, the newest last. */
function read(): readonly Entry[] {
  try {
    const value: unknown = JSON.parse(recall(key) ?? '[]');
    return Array.isArray(value) ? value.filter((one): one is Entry => Array.isArray(one) && typeof one[0] === 'string' && Number.isFinite(one[1])) : [];
  } catch {
    return [];
  }
}

export const positionOf = (place: string): number => read().find(([one]) => one === place)?.[1] ?? 0;

export function rememberPosition(place: string, seconds: number, duration: number): void {
  const others = read().filter(([one]) => one !== place);
  const isBetween = seconds > marginSeconds && seconds < duration - marginSeconds;
  keep(key, JSON.stringify(isBetween ? [...others.slice(1 - most), [place, Math.floor(seconds)]] : others));
}
