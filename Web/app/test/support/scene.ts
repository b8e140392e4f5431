import assert from 'node:assert/strict';
import { until, within } from '@eventtorrent/peer/test/waiting.js';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { faultsOf } from './axe.js';
import { openTab, startBrowser } from './browser.js';

/** For what a page does at once, on a machine that is busy with other things. */
const stepMs = 30_000;
const wide = { width: 1280, height: 800 };

/**
 * The page of a server that runs, before a person with a browser. Each scene is a program of its own that whoever has the server and the
 * swarm plays (tests/AllInOne.Tests/Scene.cs): its address and `Cast`, what was prepared for it, are the arguments; one line of JSON is what was
 * seen; and it ends well when all was as the scene has it and none of its pages complained.
 */
export class Scene<Cast> {
  readonly #browser: Browser;
  readonly #tabs: { readonly tab: Page; readonly problems: string[] }[] = [];

  private constructor(browser: Browser, readonly server: string, readonly cast: Cast) {
    this.#browser = browser;
  }

  static async play<Cast>(act: (scene: Scene<Cast>) => Promise<object>): Promise<void> {
    const [, , server = '', cast = '{}'] = process.argv;
    const browser = await startBrowser();
    const scene = new Scene(browser, server, JSON.parse(cast) as Cast);
    try {
      const seen = await act(scene);
      assert.deepEqual(scene.problems, []);
      process.stdout.write(`${JSON.stringify(seen)}\n`);
    } catch (thrown) {
      for (const { tab } of scene.#tabs) process.stderr.write(`${tab.url()} had:\n${await scene.#textOf(tab)}\n`);
      process.stderr.write(`${JSON.stringify(scene.problems)}\n`);
      throw thrown;
    } finally {
      await browser.close();
    }
  }

  /** The tab that was opened last. */
  get tab(): Page {
    const last = this.#tabs.at(-1);
    if (last === undefined) throw new Error('open it first');
    return last.tab;
  }

  /** Errors of all its pages, and what their policy did not allow. */
  get problems(): readonly string[] {
    return this.#tabs.flatMap(({ problems }) => problems);
  }

  /** Forgets what its pages complained of, which was meant. */
  forgive(): void {
    for (const { problems } of this.#tabs) problems.length = 0;
  }

  /** Opens the page at a place, such as #/workers, in a browser that has forgotten everything, and waits until it is live. */
  async open(place = '', options: BrowserContextOptions = {}): Promise<Page> {
    const opened = await openTab(this.#browser, { viewport: wide, ...options });
    this.#tabs.push(opened);
    opened.tab.setDefaultTimeout(stepMs);
    await opened.tab.goto(`${this.server}${place}`);
    return opened.tab;
  }

  async isLive(tab = this.tab): Promise<void> {
    await tab.locator('[role=status].connection.up').waitFor();
  }

  /** Goes to a place of the page that is open. */
  async go(place: string): Promise<void> {
    await this.tab.evaluate((to) => void (location.hash = to), place);
  }

  row(infohash: string): Locator {
    return this.tab.locator(`#row-${infohash}`);
  }

  /** By its place in the list, from 0. */
  rowAt(at: number): Locator {
    return this.tab.locator(`[role=row][aria-rowindex="${at + 2}"]`);
  }

  /** Asks the server as every other client does. */
  async ask<T>(path: string): Promise<T> {
    const answer = await fetch(new URL(path, this.server), { signal: AbortSignal.timeout(stepMs) });
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as T;
  }

  /** What is there for anybody, read to its end: a program that leaves some of it unread does not end while the server keeps the connection. */
  async get(path: string): Promise<{ readonly status: number; readonly type: string | null; readonly body: Buffer }> {
    const answer = await fetch(new URL(path, this.server), { signal: AbortSignal.timeout(stepMs) });
    return { status: answer.status, type: answer.headers.get('content-type'), body: Buffer.from(await answer.arrayBuffer()) };
  }

  /** Tells the caller, who waits for it, that so much has come to pass. */
  reached(cue: string): void {
    process.stdout.write(`reached: ${cue}\n`);
  }

  until(what: string, isTrue: () => boolean | Promise<boolean>, deadlineMs = stepMs): Promise<void> {
    return until(what, isTrue, deadlineMs);
  }

  /** What the page has drawn it also answers to: its listeners are put in place a moment after. */
  async settles(): Promise<void> {
    await this.tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))));
  }

  /** Nothing of it is beyond the right edge, and axe has nothing against it. */
  async isSound(): Promise<void> {
    assert.deepEqual(await faultsOf(this.tab), [], this.tab.url());
    const [content, window] = await this.tab.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok((content ?? 0) <= (window ?? 0), `${this.tab.url()} is ${content} pixels wide in ${window}`);
  }

  async #textOf(tab: Page): Promise<string> {
    return within('the text of the page', tab.evaluate(() => document.body.innerText.slice(0, 3000)), stepMs).catch(String);
  }
}
