import { streamAddress, loaderOver } from '@eventtorrent/viewer';
import type Hls from 'hls.js';
import type { HlsConfig, LoadPolicy } from 'hls.js';
import workerPath from 'hls.js/dist/hls.worker.js?url';
import { Store } from '../api/store.js';
import type { VideoStream } from '../api/task.js';
import { keep, recall } from '../page/context.js';
import { positionOf, rememberPosition } from './positions.js';
import { lackOf, problemOf, type Problem } from './problem.js';
import { Stream, type Link } from './stream.js';
import { Thumbnails } from './thumbnails.js';

export type Track = { readonly name: string; readonly language: string | undefined };

export type PlaybackState = {
  readonly link: Link;
  /** It can't go on by itself. */
  readonly problem: Problem | undefined;
  /** A picture was shown. */
  readonly hasStarted: boolean;
  readonly isPaused: boolean;
  /** It would play if there were something to play. */
  readonly isWaiting: boolean;
  /** The browser wants a person to say that it may make sound. */
  readonly needsClick: boolean;
  readonly time: number;
  readonly duration: number;
  readonly bufferedTo: number;
  readonly volume: number;
  readonly isMuted: boolean;
  readonly rate: number;
  readonly audio: readonly Track[];
  readonly audioAt: number;
  readonly subtitles: readonly Track[];
  /** -1 when they are off. */
  readonly subtitleAt: number;
  readonly captions: readonly string[];
  /** Where it went on from the last time. */
  readonly resumedAt: number | undefined;
};

const start: PlaybackState = {
  link: { state: 'connecting', why: undefined }, problem: undefined, hasStarted: false, isPaused: true, isWaiting: true, needsClick: false,
  time: 0, duration: 0, bufferedTo: 0, volume: 1, isMuted: false, rate: 1,
  audio: [], audioAt: -1, subtitles: [], subtitleAt: -1, captions: [], resumedAt: undefined,
};

const volumeKey = 'eventtorrent.volume';
const rememberEverySeconds = 5;
const mediaRecoveries = 2;

/** Transfers wait for their connection as long as it takes: who may give up is the viewer, who is told why. */
const patient: LoadPolicy = {
  default: {
    maxTimeToFirstByteMs: Infinity, maxLoadTimeMs: Infinity, timeoutRetry: null, errorRetry: { maxNumRetry: 3, retryDelayMs: 500, maxRetryDelayMs: 4000 },
  },
};
const settings: Partial<HlsConfig> = {
  workerPath, lowLatencyMode: false, startFragPrefetch: true, testBandwidth: false,
  maxBufferLength: 30, maxMaxBufferLength: 60, maxBufferSize: 60_000_000, backBufferLength: 30,
  manifestLoadPolicy: patient, playlistLoadPolicy: patient, fragLoadPolicy: patient,
};

/** One video of a task in a video element: what it does is asked of it here, and what it is at is in the store. */
export class Playback {
  readonly store = new Store<PlaybackState>(start);
  readonly thumbnails: Thumbnails;
  readonly stream: Stream;
  readonly #place: string;
  readonly #ends = new AbortController();
  #hls: Hls | undefined;
  #rememberedAt = 0;
  #recoveries = 0;
  #receivedBytes = 0;

  constructor(
    readonly video: HTMLVideoElement,
    infohash: string,
    signaling: string,
    private readonly of: VideoStream,
  ) {
    const { file } = of;
    this.#place = `${infohash}/${file}`;
    this.stream = new Stream(infohash, signaling, (link) => this.#set({ link }));
    this.thumbnails = new Thumbnails(async (name) => new Uint8Array(await this.stream.client.get(file, name, { signal: this.#ends.signal })));
    this.#listen();
    const [volume, muted] = (recall(volumeKey) ?? '').split(' ');
    if (volume !== undefined && volume !== '' && Number(volume) >= 0 && Number(volume) <= 1) video.volume = Number(volume);
    video.muted = muted === 'muted';
    void this.#load();
  }

  get hls(): Hls | undefined {
    return this.#hls;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  close(): void {
    this.#remember();
    this.#ends.abort();
    this.#hls?.destroy();
    this.stream.close();
    this.thumbnails.close();
  }

  play(): void {
    this.video.play().then(
      () => this.#set({ needsClick: false }),
      (thrown: unknown) => {
        // Anything else is said by other events: the video was taken away, or can't be decoded.
        if (thrown instanceof DOMException && thrown.name === 'NotAllowedError') this.#set({ needsClick: true });
      },
    );
  }

  toggle(): void {
    if (this.video.paused) this.play();
    else this.video.pause();
  }

  seek(seconds: number): void {
    const { duration } = this.video;
    if (Number.isFinite(duration)) this.video.currentTime = Math.max(0, Math.min(duration - 0.1, seconds));
  }

  skip(seconds: number): void {
    this.seek(this.video.currentTime + seconds);
  }

  setVolume(volume: number): void {
    this.video.volume = Math.max(0, Math.min(1, volume));
    this.video.muted = this.video.volume === 0;
  }

  toggleMuted(): void {
    this.video.muted = !this.video.muted;
  }

  setRate(rate: number): void {
    this.video.playbackRate = rate;
  }

  chooseAudio(at: number): void {
    if (this.#hls !== undefined) this.#hls.audioTrack = at;
  }

  chooseSubtitle(at: number): void {
    if (this.#hls === undefined) return;
    this.#hls.subtitleTrack = at;
    this.#set({ subtitleAt: at, captions: at < 0 ? [] : this.store.get().captions });
  }

  startOver(): void {
    this.#set({ resumedAt: undefined });
    this.seek(0);
  }

  /** Forgets the note that it went on where it was. */
  dismissResumed(): void {
    this.#set({ resumedAt: undefined });
  }

  #set(change: Partial<PlaybackState>): void {
    if (!this.#ends.signal.aborted) this.store.set({ ...this.store.get(), ...change });
  }

  async #load(): Promise<void> {
    const { default: Hls } = await import('hls.js');
    if (this.#ends.signal.aborted) return;
    const lack = lackOf(Hls.isSupported());
    if (lack !== undefined) return this.#set({ problem: lack });
    const startPosition = positionOf(this.#place);
    const hls = new Hls({ ...settings, loader: loaderOver(this.stream.client), startPosition: startPosition > 0 ? startPosition : -1 });
    this.#hls = hls;
    // Captions are drawn by the page, above its controls.
    hls.subtitleDisplay = false;
    hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => this.#showTracks());
    hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, () => this.#showTracks());
    hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => this.#showTracks());
    hls.on(Hls.Events.SUBTITLE_TRACK_SWITCH, () => this.#showTracks());
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      if (startPosition > 0) this.#set({ resumedAt: startPosition });
      this.play();
    });
    hls.on(Hls.Events.FRAG_LOADED, (_, { frag }) => {
      this.#receivedBytes += frag.stats.total;
    });
    hls.on(Hls.Events.ERROR, (_, error) => {
      if (!error.fatal) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.#recoveries++ < mediaRecoveries) hls.recoverMediaError();
      else this.#set({ problem: problemOf(error) });
    });
    hls.attachMedia(this.video);
    hls.loadSource(streamAddress(this.of.file, this.of.playlist));
    // After what the first picture needs.
    this.video.addEventListener('playing', () => void this.thumbnails.load(), { once: true, signal: this.#ends.signal });
  }

  #showTracks(): void {
    const hls = this.#hls;
    if (hls === undefined) return;
    const track = ({ name, lang }: { readonly name: string; readonly lang?: string | undefined }): Track => ({ name, language: lang });
    this.#set({ audio: hls.audioTracks.map(track), audioAt: hls.audioTrack, subtitles: hls.subtitleTracks.map(track), subtitleAt: hls.subtitleTrack });
  }

  #listen(): void {
    const { video } = this;
    const { signal } = this.#ends;
    const on = (names: string, listener: () => void): void => {
      for (const name of names.split(' ')) video.addEventListener(name, listener, { signal });
    };
    on('play pause ended', () => this.#set({ isPaused: video.paused }));
    on('waiting seeking', () => this.#set({ isWaiting: true }));
    on('playing seeked canplay', () => this.#set({ isWaiting: false }));
    on('playing loadeddata', () => this.#set({ hasStarted: true }));
    on('ratechange', () => this.#set({ rate: video.playbackRate }));
    on('volumechange', () => {
      this.#set({ volume: video.volume, isMuted: video.muted });
      keep(volumeKey, `${video.volume} ${video.muted ? 'muted' : ''}`);
    });
    on('durationchange timeupdate progress seeked', () => this.#showTime());
    on('pause ended seeked', () => this.#remember());
    addEventListener('pagehide', () => this.#remember(), { signal });
    const cues = (): void => this.#showCaptions();
    video.textTracks.addEventListener('addtrack', ({ track }) => track?.addEventListener('cuechange', cues, { signal }), { signal });
    video.textTracks.addEventListener('change', cues, { signal });
  }

  #showTime(): void {
    const { video } = this;
    const { currentTime, buffered, duration } = video;
    let bufferedTo = currentTime;
    for (let at = 0; at < buffered.length; at++) if (buffered.start(at) <= currentTime + 0.1 && buffered.end(at) > currentTime) bufferedTo = buffered.end(at);
    this.#set({ time: currentTime, duration: Number.isFinite(duration) ? duration : 0, bufferedTo });
    if (Math.abs(currentTime - this.#rememberedAt) > rememberEverySeconds) this.#remember();
  }

  #showCaptions(): void {
    const captions: string[] = [];
    for (const track of this.video.textTracks) {
      if (track.mode === 'disabled' || track.kind === 'metadata') continue;
      for (const cue of track.activeCues ?? []) captions.push((cue as VTTCue).getCueAsHTML().textContent ?? '');
    }
    this.#set({ captions: this.store.get().subtitleAt < 0 ? [] : captions });
  }

  #remember(): void {
    const { currentTime, duration } = this.video;
    this.#rememberedAt = currentTime;
    // Before anything has played it stays what it was.
    if (this.store.get().hasStarted) rememberPosition(this.#place, currentTime, duration);
  }
}
