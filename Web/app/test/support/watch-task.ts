/*
 * A person with a browser as a program: opens the page of a server, presses "Watch" at a task, sees it play, goes to a later
 * moment and lets it play on, of which a screenshot is made. Prints one line of JSON with all that was seen; what it should
 * have been is for the caller to say, who has the video.
 */
import { openTab, startBrowser } from './browser.js';
import { clickToPicture } from './first-picture.js';

const patienceMs = 90_000;
/** The key that goes to so many tenths of the video. */
const soughtTenths = 6;
const playedSeconds = 1;

type Frame = { readonly time: number; readonly rgb: string };
type Look = { readonly width: number; readonly height: number; readonly from: number };

/** What runs in the page: the time of the next picture shown at or after a time, and its pixels. */
const nextFrame = ({ width, height, from }: Look): Promise<Frame> =>
  new Promise((resolve, reject) => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (video === null || context === null) return reject(new Error('no video'));
    context.imageSmoothingQuality = 'high';
    const look = (): void =>
      void video.requestVideoFrameCallback((_, { mediaTime: time }) => {
        if (time < from) return look();
        context.drawImage(video, 0, 0, width, height);
        const pixels = context.getImageData(0, 0, width, height).data;
        resolve({ time, rgb: btoa(Array.from(pixels, (value, at) => (at % 4 === 3 ? '' : String.fromCharCode(value))).join('')) });
      });
    look();
  });

/** Where in the page the picture is, and its time. */
const whereAndWhen = (): { readonly box: readonly number[]; readonly time: number } => {
  const video = document.querySelector('video');
  if (video === null) throw new Error('no video');
  const { x, y, width, height } = video.getBoundingClientRect();
  const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
  const [wide, high] = [video.videoWidth * scale, video.videoHeight * scale];
  return { box: [x + (width - wide) / 2, y + (height - high) / 2, wide, high].map(Math.round), time: video.currentTime };
};

const [, , server = '', infohash = '', screenshot = '', size = '128x72'] = process.argv;
const [width = 0, height = 0] = size.split('x').map(Number);
const browser = await startBrowser();
try {
  const { tab, problems } = await openTab(browser, { viewport: { width: 1280, height: 800 } });
  tab.setDefaultTimeout(patienceMs);
  const requests: string[] = [];
  tab.on('request', (request) => requests.push(new URL(request.url()).pathname));
  const frame = (from: number): Promise<Frame> => tab.evaluate(nextFrame, { width, height, from });

  await tab.goto(server);
  const firstPictureS = await clickToPicture(tab.locator(`a[href="#/watch/${infohash}"]`));
  const playing = await frame(playedSeconds);

  // The frame of a seek while it rests is the frame of that time and no other.
  await tab.keyboard.press('k');
  await tab.waitForFunction(() => document.querySelector('video')?.paused === true, undefined, { polling: 100 });
  const duration = await tab.evaluate(() => document.querySelector('video')?.duration ?? 0);
  const looked = frame((duration * soughtTenths) / 10 - 1);
  await tab.keyboard.press(String(soughtTenths));
  const sought = await looked;

  await tab.keyboard.press('k');
  await frame(sought.time + playedSeconds);
  const before = await tab.evaluate(whereAndWhen);
  await tab.screenshot({ path: screenshot });
  const after = await tab.evaluate(whereAndWhen);

  await tab.keyboard.press('i');
  const value = async (name: string): Promise<string> => (await tab.locator('.info-panel dl > div', { hasText: name }).locator('dd').textContent()) ?? '';
  await tab.locator('.info-panel dd', { hasText: /^(direct|relay)/ }).first().waitFor();
  const [path, received] = [await value('Path'), await value('Received')];
  process.stdout.write(`${JSON.stringify({
    firstPictureS, playing, sought, shown: { box: before.box, from: before.time, to: after.time }, path, received, requests, problems,
  })}\n`);
} finally {
  await browser.close();
}
