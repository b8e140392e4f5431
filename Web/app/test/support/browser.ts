import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['EVENTTORRENT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--allow-loopback-in-peer-connection', '--autoplay-policy=no-user-gesture-required', '--mute-audio',
    ],
    timeout: 120_000,
  });

/** A tab of its own profile, and what went wrong in it: errors, and what the policy of the page did not allow. */
export async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<{ readonly tab: Page; readonly problems: string[] }> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const tab = await context.newPage();
  tab.setDefaultTimeout(90_000);
  const problems: string[] = [];
  tab.on('pageerror', (error) => problems.push(error.message));
  tab.on('console', (message) => {
    // A request that the server refuses is no fault of the page, but Chromium says it too.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection|ERR_/.test(message.text())) problems.push(message.text());
  });
  return { tab, problems };
}
