/*
 * Torrents whose names want to act on whoever looks at them: as what they are, in every place where the page has names, on a telephone. `title` and
 * `path` are how it is to show them.
 */
import assert from 'node:assert/strict';
import { Scene } from '../support/scene.js';

type Cast = { readonly torrents: readonly { readonly infohash: string; readonly file: string; readonly title: string; readonly path: string }[] };

const workMs = 120_000;
/** Controls, marks and overrides of direction, and what takes no room; tabs and line ends are the page's own. */
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069]/u;

await Scene.play<Cast>(async (scene) => {
  const { torrents } = scene.cast;
  const tab = await scene.open('', { viewport: { width: 360, height: 740 } });
  const asked: string[] = [];
  tab.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await scene.isLive();
  /** All that can be read on the page, and what is told of it beside that. */
  const isHarmless = async (): Promise<void> => {
    const said = await tab.evaluate(() => [document.body.innerText, ...Array.from(document.querySelectorAll('[title], [aria-label], [alt]'), (one) => ['title', 'aria-label', 'alt'].map((name) => one.getAttribute(name) ?? '').join(' '))].join('\n'));
    assert.doesNotMatch(said, acting);
    assert.equal(await tab.title(), 'EventTorrent');
    assert.equal(await tab.locator('main script, main style, main iframe, main img[src="x"]').count(), 0);
    await scene.isSound();
  };

  const [chooser] = await Promise.all([tab.waitForEvent('filechooser'), tab.getByRole('button', { name: 'Choose .torrent files' }).click()]);
  await chooser.setFiles(torrents.map(({ file }) => file));
  for (const { infohash, title } of torrents) {
    await scene.row(infohash).getByText('Done', { exact: true }).waitFor({ timeout: workMs });
    assert.equal(await scene.row(infohash).getByRole('link').first().textContent(), title);
  }
  await isHarmless();
  for (const { infohash, title, path } of torrents) {
    await scene.go(`#/task/${infohash}`);
    const heading = tab.getByRole('heading', { level: 2 });
    await scene.until(`${title.slice(0, 20)} is shown`, async () => (await heading.count()) === 1 && (await heading.textContent()) === title);
    await tab.getByRole('link', { name: /^Picture at/ }).first().waitFor();
    assert.equal(await tab.locator('.file-name').first().textContent(), path);
    await isHarmless();
  }
  await scene.go('#/?view=gallery');
  await tab.locator('.tile').nth(torrents.length - 1).waitFor();
  await isHarmless();
  await tab.getByRole('grid').focus();
  await tab.keyboard.press('Control+a');
  await tab.getByText(`${torrents.length} chosen`).waitFor();
  await scene.settles();
  await tab.keyboard.press('Delete');
  await tab.getByRole('dialog').getByText(torrents[0]?.title ?? '', { exact: true }).waitFor();
  await isHarmless();
  await tab.keyboard.press('Escape');
  await tab.getByRole('dialog').waitFor({ state: 'detached' });
  assert.deepEqual(asked, []);
  return {};
});
