import type { FragmentLoaderContext, HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from 'hls.js';
import type { Media } from './demand.js';
import type { StreamClient } from './stream-client.js';
import { NotTransferred } from './transfer.js';

/** Addresses in playlists resolve against this. It is never looked up: names under it are asked of the node. */
export const streamAddress = (file: number, name: string): string => `https://node.invalid/${file}/${name}`;

/**
 * Playlists and segments for hls.js over a client. A transfer outlives its connection, so that only a deadline of hls.js, which then
 * tries again, or hls.js itself ends it early.
 */
export const loaderOver = (client: StreamClient): new (config: HlsConfig) => Loader<LoaderContext> =>
  class implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    stats: LoaderStats = {
      aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0,
      loading: { start: 0, first: 0, end: 0 }, parsing: { start: 0, end: 0 }, buffering: { start: 0, first: 0, end: 0 },
    };
    #callbacks: LoaderCallbacks<LoaderContext> | null = null;
    #cancel: AbortController | undefined;
    #timer: ReturnType<typeof setTimeout> | undefined;

    load(context: LoaderContext, { loadPolicy }: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      const { stats } = this;
      this.context = context;
      this.#callbacks = callbacks;
      stats.loading.start = performance.now();
      const [, file, name] = /^https:\/\/node\.invalid\/(\d{1,4})\/([^/?#]+)$/.exec(context.url) ?? [];
      if (file === undefined || name === undefined) return callbacks.onError({ code: 400, text: 'bad-name' }, context, null, stats);
      const cancel = new AbortController();
      this.#cancel = cancel;
      this.#deadline(loadPolicy.maxTimeToFirstByteMs);
      client
        .get(Number(file), name, {
          signal: cancel.signal,
          media: mediaOf(context),
          onProgress: ({ received, size }) => {
            if (stats.loading.first === 0) {
              stats.loading.first = performance.now();
              this.#deadline(loadPolicy.maxLoadTimeMs - (stats.loading.first - stats.loading.start));
            }
            stats.loaded = received;
            stats.total = size;
            stats.chunkCount++;
          },
        })
        .then(
          (bytes) => this.#succeed(bytes),
          (thrown: unknown) => this.#fail(thrown),
        );
    }

    abort(): void {
      const callbacks = this.#callbacks;
      if (this.#cancel === undefined) return;
      this.#stop();
      this.stats.aborted = true;
      if (this.context !== null) callbacks?.onAbort?.(this.stats, this.context, null);
    }

    destroy(): void {
      this.#stop();
      this.context = null;
    }

    getCacheAge(): number | null {
      return null;
    }

    getResponseHeader(): string | null {
      return null;
    }

    #succeed(bytes: Uint8Array): void {
      const { context, stats } = this;
      const callbacks = this.#callbacks;
      if (context === null || callbacks === null) return;
      this.#settle();
      stats.loading.end = performance.now();
      stats.loaded = stats.total = bytes.byteLength;
      stats.bwEstimate = (8000 * bytes.byteLength) / Math.max(1, stats.loading.end - stats.loading.first);
      const data = context.responseType === 'arraybuffer' ? bytes.buffer : new TextDecoder().decode(bytes);
      callbacks.onSuccess({ url: context.url, data: data as string | ArrayBuffer, code: 200 }, stats, context, null);
    }

    #fail(thrown: unknown): void {
      const { context, stats } = this;
      const callbacks = this.#callbacks;
      if (context === null || callbacks === null) return;
      this.#settle();
      const text = thrown instanceof NotTransferred ? thrown.code : 'broken';
      callbacks.onError({ code: text === 'not-found' ? 404 : 0, text }, context, null, stats);
    }

    #deadline(ms: number): void {
      clearTimeout(this.#timer);
      if (!Number.isFinite(ms)) return;
      this.#timer = setTimeout(() => {
        const { context } = this;
        const callbacks = this.#callbacks;
        this.#stop();
        if (context !== null) callbacks?.onTimeout(this.stats, context, null);
      }, ms);
    }

    #stop(): void {
      const cancel = this.#cancel;
      this.#settle();
      cancel?.abort();
    }

    /** Nothing more is said to hls.js. */
    #settle(): void {
      clearTimeout(this.#timer);
      this.#cancel = undefined;
      this.#callbacks = null;
    }
  };

/** hls.js asks for segments with the segment itself in the context. */
const mediaOf = (context: LoaderContext | FragmentLoaderContext): Media | undefined =>
  'frag' in context ? { track: context.frag.type, seconds: context.frag.duration } : undefined;
