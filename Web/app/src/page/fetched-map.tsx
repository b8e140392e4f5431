import type { ReactNode } from 'react';
import { useTexts } from './context.js';
import { portion } from './task-words.js';

const whole = 255;
/** So that what is the least of a part is seen, and what is all of it is told from the rest. */
const [faint, most] = [0.4, 0.8];

/** Where something is here, from the beginning to the end: the more of a part, the stronger. */
export function FetchedMap({ map, name }: { readonly map: readonly number[]; readonly name: string }): ReactNode {
  const texts = useTexts();
  const share = map.reduce((sum, part) => sum + part, 0) / whole / map.length;
  const places = map.filter((part, at) => part > 0 && (map[at - 1] ?? 0) === 0).length;
  return (
    <svg className="map" role="img" viewBox={`0 0 ${map.length} 1`} preserveAspectRatio="none">
      <title>{texts('map.label', { name, share: portion(share), places: texts.count('map.places', places) })}</title>
      {runsOf(map).map(({ from, to, part }) => <rect key={from} x={from} width={to - from} height={1} fillOpacity={part === whole ? 1 : faint + ((most - faint) * part) / whole} />)}
    </svg>
  );
}

type Run = { readonly from: number; readonly to: number; readonly part: number };

/** Neighbours that are alike, as one; what is not here, not at all. */
function runsOf(map: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [at, part] of map.entries()) {
    const last = runs.at(-1);
    if (last?.to === at && last.part === part) runs[runs.length - 1] = { ...last, to: at + 1 };
    else if (part > 0) runs.push({ from: at, to: at + 1, part });
  }
  return runs;
}
