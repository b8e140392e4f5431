import { isServedName } from '@eventtorrent/protocol';

/** Which part of which sheet stands for a stretch of time. */
export type Thumbnail = { readonly start: number; readonly end: number; readonly sheet: string; readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** As many as the transcoder ever makes, and some. */
const most = 2000;

const cue = /^((?:\d+:)?\d\d:\d\d\.\d{3}) --> ((?:\d+:)?\d\d:\d\d\.\d{3})[^\n]*\n([^\n#]+)#xywh=(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})$/gm;

const seconds = (time: string): number => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** WebVTT whose cues are parts of pictures (W3C Media Fragments 4.2.2); what is anything else is left out. */
export function parseThumbnails(text: string): readonly Thumbnail[] {
  const found: Thumbnail[] = [];
  for (const [, start = '', end = '', sheet = '', ...place] of text.replaceAll('\r\n', '\n').matchAll(cue)) {
    const [x = 0, y = 0, width = 0, height = 0] = place.map(Number);
    if (isServedName(sheet) && width > 0 && height > 0 && found.length < most) found.push({ start: seconds(start), end: seconds(end), sheet, x, y, width, height });
  }
  return found;
}

export const thumbnailAt = (thumbnails: readonly Thumbnail[], time: number): Thumbnail | undefined =>
  thumbnails.find(({ start, end }) => time >= start && time < end) ?? thumbnails.at(-1);

type Get = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/** The pictures of a seek bar. Sheets are fetched when they are first looked at, and kept. */
export class Thumbnails {
  readonly #sheets = new Map<string, Promise<string | undefined>>();
  readonly #addresses: string[] = [];
  #isClosed = false;
  #all: readonly Thumbnail[] = [];

  constructor(private readonly get: Get) {}

  get all(): readonly Thumbnail[] {
    return this.#all;
  }

  /** A stream without them is none the worse. */
  async load(): Promise<void> {
    this.#all = await this.get('thumbnails.vtt').then((bytes) => parseThumbnails(new TextDecoder().decode(bytes)), () => []);
  }

  /** An address of the sheet, or undefined when it can't be had. */
  sheet(name: string): Promise<string | undefined> {
    const known = this.#sheets.get(name);
    if (known !== undefined) return known;
    const sheet = this.get(name).then(
      (bytes) => {
        if (this.#isClosed) return undefined;
        const address = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
        this.#addresses.push(address);
        return address;
      },
      () => undefined,
    );
    this.#sheets.set(name, sheet);
    return sheet;
  }

  close(): void {
    this.#isClosed = true;
    for (const address of this.#addresses) URL.revokeObjectURL(address);
  }
}
