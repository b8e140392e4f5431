/*
 * How soon one sees the list of a server: from the navigation to the first rows on the screen, in a browser that knows nothing of it and again in one
 * that has its files. A program of ./bench.sh page: its address, and how often; it prints one line of JSON. All times in milliseconds.
 */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { openTab, startBrowser } from '../test/support/browser.js';

/** Fewer than the window shows at once. */
const rowsInSight = 12;

/** What runs in the page: when it had drawn the rows, by its own clock, which begins with the navigation. */
const whenDrawn = (rows: number): Promise<number> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (document.querySelectorAll('[role=row][aria-rowindex]').length <= rows) requestAnimationFrame(look);
      // What was in the document before a frame is on the screen after it.
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0));
    };
    look();
  });

const load = async (tab: Page, server: string): Promise<number> => {
  await tab.goto('about:blank');
  await tab.goto(server, { waitUntil: 'commit' });
  return tab.evaluate(whenDrawn, rowsInSight);
};

/** Bytes of the scripts that the page names, each packed by gzip. */
async function weigh(server: string): Promise<number> {
  const html = await (await fetch(server)).text();
  const scripts = Array.from(html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g), ([, name = '']) => name);
  const sizes = await Promise.all(scripts.map(async (name) => gzipSync(Buffer.from(await (await fetch(new URL(name, server))).arrayBuffer())).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const [, , server = '', times = ''] = process.argv;
const browser = await startBrowser();
try {
  const [first, again]: [number[], number[]] = [[], []];
  // The first one of all is not counted: the browser itself starts with it.
  for (let round = 0; round <= Number(times); round++) {
    const { tab } = await openTab(browser, { viewport: { width: 1280, height: 800 } });
    const [cold, warm] = [await load(tab, server), await load(tab, server)];
    if (round > 0) {
      first.push(cold);
      again.push(warm);
    }
    await tab.context().close();
  }
  process.stdout.write(`${JSON.stringify({ first, again, scriptBytes: await weigh(server) })}\n`);
} finally {
  await browser.close();
}
