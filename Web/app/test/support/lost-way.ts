/** How it went on from a way that had died, by the clock of the page. */
export type WentOn = {
  /** Unless it went on without anybody noticing. */
  readonly noticedMs: number | undefined;
  readonly playedMs: number;
  /** Where it played first. */
  readonly at: number;
  /** How late timers of the page were at most: on a machine that is busy with other things, so late is all that goes by them. */
  readonly lateMs: number;
};

/** Runs in the page: goes to where nothing is buffered, over a way that is dead, and is done when it plays there. */
export const goOnAt = (time: number): Promise<WentOn> =>
  new Promise((resolve, reject) => {
    const video = document.querySelector('video');
    if (video === null) return reject(new Error('no video'));
    const tickMs = 50;
    const from = performance.now();
    let noticed: number | undefined;
    let [last, late] = [from, 0];
    const watch = new MutationObserver(() => {
      if (noticed === undefined && document.querySelector('.player .why') !== null) noticed = performance.now();
    });
    watch.observe(document.body, { subtree: true, childList: true });
    const timer = setInterval(() => {
      const now = performance.now();
      late = Math.max(late, now - last - tickMs);
      last = now;
      const plays = !video.seeking && !video.paused && video.currentTime > time;
      if (!plays && now - from < 50_000) return;
      clearInterval(timer);
      watch.disconnect();
      if (plays) resolve({ noticedMs: noticed === undefined ? undefined : noticed - from, playedMs: now - from, at: video.currentTime, lateMs: late });
      else reject(new Error(`not within 50 s: it plays on; ${JSON.stringify({ noticed, late, at: video.currentTime, readyState: video.readyState, said: document.body.innerText })}`));
    }, tickMs);
    video.currentTime = time;
  });
