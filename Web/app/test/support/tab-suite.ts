import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openTab, startBrowser } from './browser.js';
import { Site } from './site.js';

export const testMs = 120_000;
const tabMs = 30_000;

/** One browser for all tests of a suite; a door and a tab for each, which must not complain. */
export class TabSuite {
  site = new Site();
  #browser: Browser | undefined;
  #tab: Page | undefined;
  #problems: string[] = [];

  constructor() {
    before(async () => {
      this.#browser = await startBrowser();
    }, { timeout: testMs });
    beforeEach(async () => {
      this.site = new Site();
      await this.site.start();
    }, { timeout: tabMs });
    afterEach(async () => {
      await this.#tab?.context().close();
      await this.site.stop();
      assert.deepEqual(this.#problems, []);
    }, { timeout: tabMs });
    after(() => this.#browser?.close(), { timeout: tabMs });
  }

  get tab(): Page {
    if (this.#tab === undefined) throw new Error('open it first');
    return this.#tab;
  }

  /** Opens the page at a place, such as #/workers. */
  async open(place = '', options: Parameters<typeof openTab>[1] = {}): Promise<void> {
    if (this.#browser === undefined) throw new Error('no browser');
    const { tab, problems } = await openTab(this.#browser, { viewport: { width: 1280, height: 800 }, ...options });
    [this.#tab, this.#problems] = [tab, problems];
    tab.setDefaultTimeout(tabMs);
    await tab.goto(`${this.site.url}${place}`);
  }

  say(route: string, body: unknown, status = 200): void {
    this.site.answers.set(route, () => ({ status, body }));
  }

  row(name: string) {
    return this.tab.getByRole('row').filter({ has: this.tab.getByRole('link', { name, exact: true }) });
  }

  async isLive(): Promise<void> {
    await this.tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  }
}
