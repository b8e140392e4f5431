const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power]}`;
}

/** How much a second of a stream takes. */
export const bitRate = (bitsPerSecond: number): string =>
  bitsPerSecond < 999_500 ? `${Math.round(bitsPerSecond / 1000)} kbit/s` : `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;

const two = (number: number): string => String(number).padStart(2, '0');

/** What a stream may be shorter than its video, which ends with a frame, and its sound with another. */
const roundsUpSeconds = 0.1;

/** A position in a video, such as 4:05 or 1:04:05. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds + roundsUpSeconds)) : 0;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60)];
  return hours > 0 ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How long something took, from its longest units: 0.4 s, 12 s, 3:05, 1:04:05. */
export function took(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '';
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : ms < 60_000 ? `${Math.round(ms / 1000)} s` : clock(ms / 1000);
}

const shownLength = 300;
/** Of a control character, its picture in the block U+2400. */
const controlPictures = 0x2400;
const deletePicture = '\u2421';
/** What changes the order of what follows, or is not seen: marks of direction, overrides, isolates, joiners, separators, tags. */
const unseen = /[\u0080-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** A name that somebody else has chosen, so that a person sees what is in it: no more of it than can be read, and nothing that acts unseen. */
export function legible(name: string): string {
  const beginning = name.length > shownLength ? `${name.slice(0, shownLength).replace(/[\ud800-\udbff]$/, '')}…` : name;
  return beginning
    .replace(/[\u0000-\u001f]/g, (one) => String.fromCharCode(controlPictures + one.charCodeAt(0)))
    .replace(/\u007f/g, deletePicture)
    .replace(unseen, '\ufffd');
}
