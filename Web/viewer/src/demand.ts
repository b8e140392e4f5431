/** Segments of one rate differ: the largest of the last few counts. */
const remembered = 4;

/** What a part of a stream is needed for: `seconds` of a track ("main", "audio"). */
export type Media = { readonly track: string; readonly seconds: number };

/** What playing takes: the sum of the tracks, each as large as its last segments say. */
export class Demand {
  readonly #tracks = new Map<string, number[]>();

  note({ track, seconds }: Media, bytes: number): void {
    if (!(seconds > 0)) return;
    const rates = this.#tracks.get(track) ?? [];
    this.#tracks.set(track, [...rates, bytes / seconds].slice(-remembered));
  }

  get bytesPerSecond(): number {
    let sum = 0;
    for (const rates of this.#tracks.values()) sum += Math.max(...rates);
    return sum;
  }
}
