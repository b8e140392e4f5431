import type { Locator } from 'playwright-core';

/** Clicks, and waits for a picture on the screen: seconds from one to the other. */
export async function clickToPicture(link: Locator): Promise<number> {
  const tab = link.page();
  await tab.evaluate(() => {
    const state = window as unknown as { shown: Promise<number> };
    state.shown = new Promise((resolve) => {
      document.addEventListener('click', () => {
        const from = performance.now();
        const look = (): void => {
          const video = document.querySelector('video');
          if (video === null) requestAnimationFrame(look);
          else video.requestVideoFrameCallback((now) => resolve(now - from));
        };
        look();
      }, { once: true, capture: true });
    });
  });
  await link.click();
  return (await tab.evaluate(() => (window as unknown as { shown: Promise<number> }).shown)) / 1000;
}
