/*
 * A person with a browser as a program: opens the page of a server, adds a torrent, sees its pictures come, adds it again, looks at the task,
 * at the workers and at the system, and deletes it. Prints one line of JSON with what was seen; what it should have been is for the caller to say.
 */
import { faultsOf } from './axe.js';
import { openTab, startBrowser } from './browser.js';

const stepMs = 30_000;
/** From the click to the last picture. */
const workMs = 120_000;

const [, , server = '', magnet = '', infohash = ''] = process.argv;
const browser = await startBrowser();
try {
  const { tab, problems } = await openTab(browser, { viewport: { width: 1280, height: 800 } });
  tab.setDefaultTimeout(stepMs);
  const row = tab.locator(`#row-${infohash}`);
  const faults: string[] = [];
  const look = async (): Promise<void> => void faults.push(...(await faultsOf(tab)));

  await tab.goto(server, { timeout: stepMs });
  await tab.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await tab.getByLabel('Magnet links or infohashes').fill(magnet);
  await tab.getByLabel('Shots per video').fill('3');
  await tab.getByRole('button', { name: 'Add', exact: true }).click();
  await row.waitFor();
  // What follows is pushed: nothing here reads the page again.
  await row.locator('.state', { hasText: 'Done' }).waitFor({ timeout: workMs });
  const shots = await row.locator('.of-shots').textContent();
  const thumbnail = await row.locator('.thumbnail img').evaluate((image) => (image as HTMLImageElement).decode().then(() => (image as HTMLImageElement).naturalWidth));
  await tab.getByRole('button', { name: /^Done 1$/ }).waitFor();
  await look();

  await tab.getByLabel('Magnet links or infohashes').fill(infohash);
  await tab.keyboard.press('Enter');
  await tab.getByText('Already there:').waitFor();

  await row.locator('a.name').click();
  await tab.locator('.pictures img').nth(2).waitFor();
  const pictures = await tab.locator('.pictures img').count();
  const timeline = await tab.locator('.timeline strong').allTextContents();
  const files = await tab.locator('.files li').allInnerTexts();
  await look();

  await tab.getByRole('link', { name: 'Workers' }).click();
  await tab.locator('tbody tr').nth(2).waitFor();
  const workers = await tab.locator('tbody th').allTextContents();
  await look();

  await tab.getByRole('link', { name: 'System' }).click();
  await tab.getByText('Database: well').waitFor();
  const health = await tab.locator('.health .state').allTextContents();
  await look();

  await tab.getByRole('link', { name: 'Tasks', exact: true }).click();
  await row.waitFor();
  await tab.getByRole('grid').focus();
  await tab.keyboard.press('Home');
  await tab.keyboard.press('Delete');
  await tab.getByRole('dialog').getByRole('button', { name: 'Delete with all data' }).click();
  await row.waitFor({ state: 'detached' });
  process.stdout.write(`${JSON.stringify({ shots, thumbnail, pictures, timeline, files, workers, health, faults, problems })}\n`);
} finally {
  await browser.close();
}
