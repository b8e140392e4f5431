/* Runs in the browser: what the tests ask of the page. */
import type { SignalFromNode } from '@eventtorrent/protocol';
import Hls from 'hls.js';
import { HubViewerSignaling, loaderOver, NotTransferred, streamAddress, StreamClient, type ClientOptions, type ClientState } from '../../src/index.js';
import { PageSignaling, type Bindings } from './page-signaling.js';

const bindings = window as unknown as Bindings;
const hub = new URLSearchParams(location.search).get('hub');
const pageSignaling = new PageSignaling(bindings);
const signaling = hub === null ? pageSignaling : new HubViewerSignaling(hub);
const states: ClientState[] = [];
const errors: string[] = [];
const video = document.createElement('video');
video.muted = true;
document.body.append(video);
let client: StreamClient | undefined;
let aborter = new AbortController();
let received = 0;
const stalls = { count: 0, ms: 0 };
let stalledAt: number | undefined;
video.addEventListener('waiting', () => {
  if (video.currentTime > 0 && !video.seeking) stalledAt = performance.now();
});
video.addEventListener('playing', () => {
  if (stalledAt === undefined) return;
  stalls.count++;
  stalls.ms += performance.now() - stalledAt;
  stalledAt = undefined;
});

/** What does not come is told with what there is. */
const event = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      const { currentTime, readyState, seeking, paused, ended } = video;
      reject(new Error(`not within 60 s: ${name}; ${JSON.stringify({ currentTime, readyState, seeking, paused, ended, errors, states })}`));
    }, 60_000);
    video.addEventListener(name, () => resolve(clearTimeout(late)), { once: true });
  });

const page = {
  hear: (signal: SignalFromNode): void => pageSignaling.hear(signal),
  states: (): readonly ClientState[] => states,
  errors: (): readonly string[] => errors,
  received: (): number => received,
  path: () => client?.connection?.path(),

  connections: () => client?.connections,
  rates: () => client?.rates,

  connect(options: ClientOptions): void {
    client = new StreamClient(signaling, (dtls) => bindings.ticketFor(dtls), (state) => states.push(state), options);
    void client.run();
  },

  /** The size and hash of a file, or why it did not come. */
  async get(name: string, seconds = 0): Promise<string> {
    if (client === undefined) return 'not connected';
    received = 0;
    aborter = new AbortController();
    try {
      const bytes = await client.get(0, name, { signal: aborter.signal, onProgress: (progress) => (received = progress.received), media: { track: 'main', seconds } });
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
    } catch (thrown) {
      return thrown instanceof NotTransferred ? thrown.code : String(thrown);
    }
  },

  cancel: (): void => aborter.abort(),

  /** The milliseconds until it plays. */
  async play(name: string, maxBufferLength = 4): Promise<number> {
    if (client === undefined) return 0;
    const from = performance.now();
    const loader = loaderOver(client);
    const hls = new Hls({ loader, enableWorker: false, maxBufferLength, maxMaxBufferLength: 2 * maxBufferLength, backBufferLength: 30, startFragPrefetch: true });
    hls.on(Hls.Events.ERROR, (_, { details, fatal }) => errors.push(`${details}${fatal ? ' (fatal)' : ''}`));
    hls.loadSource(streamAddress(0, name));
    hls.attachMedia(video);
    const playing = event('playing');
    await video.play();
    await playing;
    return performance.now() - from;
  },

  async seek(seconds: number): Promise<void> {
    const seeked = event('seeked');
    video.pause();
    video.currentTime = seconds;
    await seeked;
  },

  /** What the page holds after a collection, if it may ask for one. */
  heapBytes(): number {
    (globalThis as { gc?: () => void }).gc?.();
    return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
  },

  resume: (): Promise<void> => video.play(),

  /** How often, and for how long together, there was nothing to play after it had begun. */
  stalls: () => ({ ...stalls, time: video.currentTime, waits: stalledAt !== undefined }),

  /** At a multiple of its speed, to the end. */
  async playOut(speed: number): Promise<void> {
    const ended = event('ended');
    video.playbackRate = speed;
    await video.play();
    await ended;
  },

  facts: () => ({ time: video.currentTime, duration: video.duration, ended: video.ended, frames: video.getVideoPlaybackQuality().totalVideoFrames }),

  /** The colour in the middle of the picture that is shown. */
  colour(): readonly number[] {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1, 1];
    const context = canvas.getContext('2d');
    context?.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
    return [...(context?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])];
  },

  leave: (): void => client?.close(),
};

export type Page = typeof page;
(window as unknown as { page: Page }).page = page;
