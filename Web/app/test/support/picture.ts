import assert from 'node:assert/strict';
import { framesPerSecond } from './coded-stream.js';

/** The numbers of the video, and the number that its picture shows. */
export type Facts = { readonly time: number; readonly paused: boolean; readonly rate: number; readonly volume: number; readonly muted: boolean; readonly picture: number };

/** Runs in the page, and has nothing but its argument: how many columns the picture is coded in. */
export const look = (count: number): Facts => {
  const video = document.querySelector('video');
  if (video === null) throw new Error('no video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [count, 1];
  const context = canvas.getContext('2d');
  // The middle of each column alone, so that no edge is mixed in.
  const column = video.videoWidth / count;
  for (let bit = 0; bit < count; bit++) context?.drawImage(video, (bit + 0.5) * column, video.videoHeight / 2, 1, 1, bit, 0, 1, 1);
  const pixels = context?.getImageData(0, 0, count, 1).data ?? [];
  let picture = 0;
  for (let bit = 0; bit < count; bit++) if ((pixels[bit * 4] ?? 0) > 128) picture += 2 ** bit;
  const { currentTime: time, paused, playbackRate: rate, volume, muted } = video;
  return { time, paused, rate, volume, muted, picture };
};

/** Runs in the page: goes to a time, and is done when the picture of it is there. What does not come is told with what there is. */
export const goToPicture = (time: number): Promise<unknown> => {
  const video = document.querySelector('video');
  if (video === null) throw new Error('no video');
  const soon = (event: Promise<unknown>): Promise<unknown> => {
    const late = new Promise((_, reject) => setTimeout(() => {
      const { currentTime, readyState, networkState, seeking, paused, error, buffered } = video;
      const parts = Array.from({ length: buffered.length }, (_, at) => [buffered.start(at), buffered.end(at)]);
      reject(new Error(`not within 25 s: it is at ${time} s; ${JSON.stringify({ currentTime, readyState, networkState, seeking, paused, parts, error: error?.message, page: document.visibilityState })}`));
    }, 25_000));
    return Promise.race([event, late]);
  };
  video.pause();
  const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
  video.currentTime = time;
  // It is drawn with the next frame of the page. There is none of a page that the browser does not draw, for whatever reason.
  return soon(seeked).then(() => new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, 1000);
  }));
};

/** The picture is the one of the time, give or take what is between the two looks. While it plays, a loaded machine may draw late. */
export function isTrue({ time, picture, paused }: Facts): void {
  const meant = time * framesPerSecond;
  const late = paused ? 3 : framesPerSecond;
  assert.ok(picture <= meant + 3 && picture >= meant - late, `picture ${picture} at ${time} s, where ${meant.toFixed(1)} is meant`);
}
