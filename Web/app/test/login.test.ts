import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openTab, startBrowser } from './support/browser.js';
import { Site, taskOf } from './support/site.js';

const good = `et_0123456789ab_${'0'.repeat(64)}`;

suite('a server that wants a key', () => {
  let site: Site;
  let browser: Browser;
  let tab: Page;
  let isIn: boolean;

  const refuse = { status: 401, body: { title: 'Unauthorized', detail: 'Show a key.' } };

  before(async () => {
    browser = await startBrowser();
  });
  beforeEach(async () => {
    isIn = false;
    site = new Site();
    await site.start();
    site.answers.set('GET /tasks/', () => (isIn ? { body: { tasks: [taskOf()], next_cursor: null } } : refuse));
    site.answers.set('GET /session/', () => (isIn ? { body: { key_id: '0123456789ab', name: 'me', role: 'viewer', expires_at: null } } : refuse));
    site.answers.set('POST /session/', (_, body) => {
      isIn = (JSON.parse(body) as { key: string }).key === good;
      return isIn ? { body: { key_id: '0123456789ab', name: 'me', role: 'viewer', expires_at: null } } : refuse;
    });
    ({ tab } = await openTab(browser));
    await tab.goto(site.url);
  });
  afterEach(async () => {
    await tab.context().close();
    await site.stop();
  });
  after(() => browser.close());

  test('is asked with a form, which says when the key is wrong and goes away when it is right', async () => {
    const key = tab.getByLabel('Key');
    await key.fill('et_nonsense');
    await tab.getByRole('button', { name: 'Log in' }).click();
    await tab.getByRole('alert').filter({ hasText: 'There is no such key' }).waitFor();
    assert.equal(await tab.getByText('A video that counts').count(), 0);

    await key.fill(` ${good} `);
    await key.press('Enter');

    await tab.getByRole('row').filter({ hasText: 'A video that counts' }).waitFor();
    assert.equal(await tab.getByLabel('Key').count(), 0);
    // No script of the page keeps the key.
    assert.equal(await tab.evaluate((secret) => JSON.stringify({ ...localStorage, ...sessionStorage }).includes(secret) || document.cookie.includes(secret), good), false);
  });
});
