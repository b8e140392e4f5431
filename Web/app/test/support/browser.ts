import { within } from '@eventtorrent/peer/test/waiting.js';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** For whatever is asked of a page. */
const patienceMs = 60_000;
/** For something to be there. */
const presenceMs = 45_000;

export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: process.env['EVENTTORRENT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', '--mute-audio',
    ],
    timeout: 60_000,
  });
  limit(browser, 'newContext', 'close');
  return browser;
}

/** A tab of its own profile, and what went wrong in it: errors, and what the policy of the page did not allow. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<{ readonly tab: Page; readonly problems: string[] }> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  limit(context, 'newPage', 'close');
  // Said as an error of the page, which is kept below.
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => console.error(`policy: ${violatedDirective} ${blockedURI} of ${sourceFile}`), true));
  const tab = await context.newPage();
  tab.setDefaultTimeout(presenceMs);
  limit(tab, 'evaluate');
  limit(tab.keyboard, 'press');
  limit(tab.mouse, 'move', 'click');
  const problems: string[] = [];
  tab.on('pageerror', (error) => problems.push(error.message));
  tab.on('console', (message) => {
    // A request that the server refuses is no fault of the page, but Chromium says it too.
    if (message.type() === 'error' && !/Failed to load resource|Failed to fetch dynamically imported module|WebSocket connection|ERR_/.test(message.text())) problems.push(message.text());
  });
  return { tab, problems };
}

/** Gives a limit to calls that playwright lets wait for ever, such as for a page that does not answer. */
function limit<T extends object>(of: T, ...names: readonly (keyof T)[]): void {
  for (const name of names) {
    const call = (of[name] as (...given: readonly unknown[]) => Promise<unknown>).bind(of);
    const limited: typeof call = (...given) => within(`${String(name)}(${String(given[0] ?? '')})`, call(...given), patienceMs);
    of[name] = limited as T[keyof T];
  }
}
