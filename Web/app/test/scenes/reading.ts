/*
 * Every view of the page in every look: light and dark, wide and on a telephone, in each language. `done` has pictures, `failed` ended without any,
 * `waiting` looks for its peers for ever.
 */
import assert from 'node:assert/strict';
import type { BrowserContextOptions } from 'playwright-core';
import { Scene } from '../support/scene.js';

type Cast = Readonly<Record<'done' | 'failed' | 'waiting', string>>;

const looks = [
  { language: 'en', add: 'Add', options: { locale: 'de-DE', colorScheme: 'light' } },
  { language: 'zh-Hans', add: '添加', options: { locale: 'zh-CN', colorScheme: 'dark' } },
  { language: 'zh-Hant', add: '新增', options: { locale: 'zh-HK', colorScheme: 'light', viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' } },
] as const satisfies readonly { readonly language: string; readonly add: string; readonly options: BrowserContextOptions }[];

await Scene.play<Cast>(async (scene) => {
  const { done, failed, waiting } = scene.cast;
  const brightness = (): Promise<number> => scene.tab.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]));
  const moves = (): Promise<number> => scene.tab.evaluate(() => document.getAnimations().length);
  const views: Readonly<Record<string, string>> = {
    '#/': `#row-${waiting}`, '#/?view=gallery': `#card-${done} img`, [`#/task/${done}`]: '.pictures img', [`#/task/${failed}`]: '.notice-line',
    '#/workers': 'tbody tr >> nth=2', '#/system': '.health li >> nth=2',
  };
  for (const { language, add, options } of looks) {
    const tab = await scene.open('', options);
    await scene.isLive();
    await tab.getByRole('button', { name: add, exact: true }).waitFor();
    assert.equal(await tab.evaluate(() => document.documentElement.lang), language);
    await scene.until(`it is ${options.colorScheme}`, async () => (options.colorScheme === 'dark' ? (await brightness()) < 60 : (await brightness()) > 200));
    for (const [place, shown] of Object.entries(views)) {
      await scene.go(place);
      await tab.locator(shown).first().waitFor();
      await scene.isSound();
    }
    // What is looked for shows that by a movement, unless one has asked for none.
    await scene.go('#/');
    await scene.row(waiting).locator('.unknown').waitFor();
    if ('reducedMotion' in options) await scene.until('nothing moves', async () => (await moves()) === 0);
    else await scene.until('something moves', async () => (await moves()) > 0);
  }

  // On the telephone another language and other colours, which stay.
  await scene.tab.getByLabel('語言').selectOption('en');
  await scene.tab.getByRole('button', { name: 'Colours: as the system' }).click();
  await scene.tab.getByRole('button', { name: 'Colours: light' }).click();
  await scene.until('it is dark', async () => (await brightness()) < 60);
  await scene.tab.reload();
  await scene.tab.getByRole('button', { name: 'Colours: dark' }).waitFor();
  await scene.tab.getByRole('button', { name: 'Add', exact: true }).waitFor();
  await scene.until('it is still dark', async () => (await brightness()) < 60);

  // It can be installed.
  const manifest = await scene.ask<{ readonly display: string; readonly start_url: string; readonly icons: readonly { readonly src: string }[] }>('/manifest.webmanifest');
  for (const { src } of manifest.icons) assert.equal((await scene.get(src)).status, 200, src);
  const chromium = await scene.tab.context().newCDPSession(scene.tab);
  assert.deepEqual((await chromium.send('Page.getAppManifest')).errors, []);
  const { installabilityErrors } = await chromium.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((one) => one !== 'in-incognito'), []);
  await chromium.detach();

  // Nothing that is inline is allowed, and what is not allowed is told of here.
  assert.deepEqual(scene.problems, []);
  await scene.tab.evaluate(() => {
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.head.append(style);
    const script = document.createElement('script');
    script.textContent = 'document.title = "run"';
    document.head.append(script);
  });
  await scene.until('the policy has spoken', () => scene.problems.some((one) => one.includes('style-src')) && scene.problems.some((one) => one.includes('script-src')));
  assert.notEqual(await scene.tab.title(), 'run');
  scene.forgive();
  return { display: manifest.display, icons: manifest.icons.length };
});
