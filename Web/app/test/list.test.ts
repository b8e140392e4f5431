import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { task } from '@eventtorrent/peer/test/tickets.js';
import { until } from '@eventtorrent/peer/test/waiting.js';
import { faultsOf } from './support/axe.js';
import { detailOf, taskOf } from './support/site.js';
import { TabSuite, testMs } from './support/tab-suite.js';

const other = 'b2'.repeat(20);
const third = 'c3'.repeat(20);
const patienceMs = 30_000;
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

suite('the list', { timeout: 10 * testMs }, () => {
  const page = new TabSuite();
  const limited = { timeout: testMs };

  test('shows what is pushed, and never an older state again', limited, async () => {
    await page.open();
    await page.isLive();

    page.site.status.say('taskChanged', taskOf({ infohash: other, name: null, state: 'Fetching', status: 'working', progress: null, version: 2, shots_wanted: null }));
    await page.row(other).getByText('Fetching metadata').waitFor();
    page.site.status.say('taskChanged', taskOf({ infohash: other, name: '<b>Named</b>', state: 'Screenshotting', status: 'working', version: 4, shots_stored: 0, shots_wanted: 5, progress: 0.25, peers: 1 }));
    await page.row('<b>Named</b>').getByText('0/5').waitFor();
    await page.row('<b>Named</b>').getByText('25%').waitFor();
    page.site.status.say('taskChanged', taskOf({ infohash: other, name: null, state: 'Fetching', status: 'working', version: 3 }));
    page.site.status.say('taskChanged', taskOf({ version: 8, name: 'The first, changed' }));
    await page.row('The first, changed').waitFor();
    assert.equal(await page.row('<b>Named</b>').count(), 1);

    page.site.status.say('taskDeleted', other);
    await page.row('<b>Named</b>').waitFor({ state: 'detached' });
    page.site.status.say('taskChanged', taskOf({ infohash: other, name: 'Late', version: 9 }));
    page.site.status.say('taskChanged', taskOf({ version: 10, name: 'The first again' }));
    await page.row('The first again').waitFor();
    assert.equal(await page.row('Late').count(), 0);
  });

  test('says that the server is away, and reads again what it missed', limited, async () => {
    await page.open();
    await page.isLive();
    await page.site.status.stop();
    await page.tab.getByRole('alert').filter({ hasText: 'The connection to the server is lost since' }).waitFor();

    page.say('GET /tasks/', { tasks: [taskOf({ infohash: other, name: 'Came meanwhile' })], next_cursor: null });
    await page.site.status.start();

    await page.row('Came meanwhile').waitFor();
    await page.row('A video that counts').waitFor({ state: 'detached' });
    await page.tab.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('takes lines, files, and what is pasted or dropped anywhere; says what is there already and why one is refused', limited, async () => {
    await page.open();
    await page.row('A video that counts').waitFor();
    const bodies: string[] = [];
    page.site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return body.includes('nonsense') ? { status: 400, body: { title: 'Bad Request', detail: 'That is no infohash.' } }
        : body.includes(task) ? { status: 200, body: taskOf() }
        : { status: 201, body: taskOf({ infohash: other, name: 'Added', state: 'Pending', status: 'pending', version: 1, created_at: at(9) }) };
    });
    await page.tab.getByLabel('Stream to watch').check();
    await page.tab.getByLabel('Magnet links or infohashes').fill(`magnet:?xt=urn:btih:${other}\n\nnonsense\n${task}`);
    await page.tab.getByRole('button', { name: 'Add', exact: true }).click();

    await page.row('Added').getByText('Waiting for a worker').waitFor();
    await page.tab.getByRole('alert').getByText('nonsense: That is no infohash.').waitFor();
    await page.tab.getByRole('alert').getByRole('link', { name: 'A video that counts' }).waitFor();
    const [magnet = ''] = bodies.filter((body) => body.includes('"magnet"'));
    assert.match(magnet, /name="want"\r\n\r\nscreenshots,stream\r\n/);
    assert.match(magnet, /name="shots"\r\n\r\n10\r\n/);

    page.say('POST /tasks/files', { name: 'One', max_files: 50, files: [{ index: 0, path: 'a.mkv', size_bytes: 9, is_video: true, selected: true }, { index: 1, path: 'a.nfo', size_bytes: 1, is_video: false, selected: false }] });
    await page.tab.locator('input[type=file]').setInputFiles({ name: 'a.torrent', mimeType: 'application/x-bittorrent', buffer: Buffer.from('d4:infode') });
    await until('the file is there', () => bodies.some((body) => body.includes('filename="a.torrent"') && body.includes('d4:infode')), patienceMs);
    const transfer = (kind: string, text: string): Promise<void> =>
      page.tab.evaluate(([name = '', line = '']) => {
        const data = new DataTransfer();
        data.setData('text/plain', line);
        const event = name === 'paste' ? new ClipboardEvent(name, { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true });
        document.body.dispatchEvent(event);
      }, [kind, text]);
    await transfer('paste', `magnet:?xt=urn:btih:${third}`);
    await transfer('drop', 'd4'.repeat(20));
    await until('what was pasted and dropped is there', () => [third, 'd4'.repeat(20)].every((one) => bodies.some((body) => body.includes(one))), patienceMs);
  });

  test('asks which videos of a torrent file are wanted, and adds those', limited, async () => {
    const video = (index: number, path: string, selected: boolean) => ({ index, path, size_bytes: 1000 * (index + 1), is_video: true, selected });
    page.say('POST /tasks/files', {
      name: '<b>A season</b>', max_files: 2,
      files: [video(0, 'Season/<i>1</i>.mkv', true), { index: 1, path: 'read.me', size_bytes: 5, is_video: false, selected: false }, video(2, 'Season/2.mkv', true), video(3, 'Season/sample.mkv', false)],
    });
    const bodies: string[] = [];
    page.site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return { status: 201, body: taskOf({ infohash: other, name: 'A season', state: 'Pending', status: 'pending', version: 1, created_at: at(9) }) };
    });
    await page.open();
    await page.row('A video that counts').waitFor();
    const dialog = page.tab.getByRole('dialog');
    const choose = async (): Promise<void> => {
      await page.tab.locator('input[type=file]').setInputFiles({ name: 'a.torrent', mimeType: 'application/x-bittorrent', buffer: Buffer.from('d4:infode') });
      await dialog.getByText('2 of 3,').waitFor();
    };
    const box = (name: string) => dialog.getByRole('checkbox', { name });

    await choose();
    assert.deepEqual(await faultsOf(page.tab), []);
    assert.deepEqual(await dialog.getByRole('checkbox').evaluateAll((boxes) => boxes.map((one) => (one as HTMLInputElement).checked)), [true, true, false]);
    await dialog.getByText('<b>A season</b>').waitFor();
    await box('sample').check();
    await dialog.getByText('At most 2 videos').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Add', exact: true }).isDisabled());
    await box('<i>1</i>').focus();
    await page.tab.keyboard.press('Space');
    await dialog.getByText('2 of 3,').waitFor();
    await page.tab.keyboard.press('Enter');
    await page.row('A season').waitFor();
    assert.match(bodies.join(), /name="files"\r\n\r\n2,3\r\n/);
    await dialog.waitFor({ state: 'detached' });

    // What the server would choose is left to it; and nothing is added by going away.
    await choose();
    await page.tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await choose();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await until('it is added again', () => bodies.length === 2, patienceMs);
    assert.doesNotMatch(bodies[1] ?? '', /name="files"/);
  });

  test('waits for the files of a link, shows hostile names of them as what they are, and adds those that are chosen', limited, async () => {
    const hostile = ['<img src=x onerror=alert(1)>.mkv', `${'a'.repeat(10_000)}.mkv`, 'evil\u202egpj.mkv', 'bell\u0007 and\u0000null.mkv'];
    const video = (path: string, index: number) => ({ index, path, size_bytes: 1000, is_video: true, selected: index !== 2, container: null, codec: null, duration_s: null, state: null, progress: null });
    const fresh = { infohash: other, name: null, state: 'Pending', status: 'pending', progress: null, shots_wanted: null, version: 1, created_at: at(9), want: 'metadata', files: [] };
    const bodies: string[] = [];
    page.site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return bodies.length === 1 ? { status: 201, body: taskOf(fresh) } : { status: 200, body: taskOf({ ...fresh, version: 5 }) };
    });
    page.say(`GET /tasks/${other}`, detailOf(fresh));
    page.say(`GET /tasks/${other}/timeline`, []);
    await page.open('', { viewport: { width: 360, height: 740 } });
    await page.isLive();
    const [dialog, box] = [page.tab.getByRole('dialog'), page.tab.getByLabel('Magnet links or infohashes')];

    await page.tab.getByLabel('Choose files').check();
    await page.tab.getByLabel('Stream to watch').check();
    await page.tab.getByLabel('Shots per video').fill('3');
    await box.fill(`magnet:?xt=urn:btih:${other}`);
    await box.press('Enter');
    await page.tab.getByRole('status').filter({ hasText: 'Waiting for the list of files of magnet:?xt=urn:btih:b2' }).waitFor();
    assert.match(bodies[0] ?? '', /name="want"\r\n\r\nmetadata\r\n/);
    assert.doesNotMatch(bodies[0] ?? '', /name="shots"/);
    assert.deepEqual(await faultsOf(page.tab), []);

    const known = { ...fresh, name: 'A \u202eseason', state: 'Completed', status: 'success', progress: 1, shots_wanted: 0, version: 3 };
    page.say(`GET /tasks/${other}`, detailOf({ ...known, files: [...hostile.map(video), { ...video('read.me', 4), is_video: false, selected: false }] }));
    page.site.status.say('taskChanged', taskOf(known));
    await dialog.getByText('3 of 4,').waitFor();
    // Who is writing just then does not say yes by it.
    await until('what it is about has the focus', () => dialog.getByText('A \ufffdseason').evaluate((name) => name === document.activeElement), patienceMs);
    assert.deepEqual(await dialog.locator('.file-name').allTextContents(), [
      '<img src=x onerror=alert(1)>.mkv', `${'a'.repeat(300)}…`, 'evil\ufffdgpj.mkv', 'bell\u2407 and\u2400null.mkv',
    ]);
    assert.equal(await dialog.locator('img').count(), 0);
    assert.ok(await page.tab.evaluate(() => document.documentElement.scrollWidth <= 360));
    assert.ok(await dialog.evaluate((all) => all.scrollWidth <= all.clientWidth));
    assert.deepEqual(await faultsOf(page.tab), []);
    assert.deepEqual([await dialog.getByLabel('Shots per video').inputValue(), await dialog.getByLabel('Stream to watch').isChecked()], ['3', true]);

    await dialog.getByRole('button', { name: 'None' }).click();
    await dialog.getByRole('checkbox', { name: 'evil' }).check();
    await dialog.getByRole('checkbox', { name: 'Stream to watch' }).uncheck();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await until('it is submitted', () => bodies.length === 2, patienceMs);
    for (const [name, value] of [['infohash', other], ['want', 'screenshots'], ['shots', '3'], ['files', '2']]) assert.ok(bodies[1]?.includes(`name="${name}"\r\n\r\n${value}\r\n`), bodies[1]);
    await dialog.waitFor({ state: 'detached' });
    await page.tab.getByText('Waiting for the list of files').waitFor({ state: 'detached' });
  });

  test('asks about one link at a time, and not where there is nothing to choose', limited, async () => {
    const fourth = 'd4'.repeat(20);
    const video = (index: number) => ({ index, path: `${index}.mkv`, size_bytes: 1000, is_video: true, selected: true, container: null, codec: null, duration_s: null, state: null, progress: null });
    const known = (infohash: string, change: Readonly<Record<string, unknown>>): void => {
      page.say(`GET /tasks/${infohash}`, detailOf({ infohash, name: infohash.slice(0, 4), state: 'Completed', want: 'metadata', shots_wanted: 0, files: [video(0), video(1)], ...change }));
      page.say(`GET /tasks/${infohash}/timeline`, []);
    };
    const bodies: string[] = [];
    page.site.answers.set('POST /tasks/', (_, body) => {
      bodies.push(body);
      return { status: 200, body: taskOf({ infohash: /[0-9a-f]{40}/.exec(body.slice(body.indexOf('\r\n\r\n')))?.[0], name: 'Named' }) };
    });
    known(task, { want: 'screenshots', name: 'At work' });
    known(other, { files: [video(0)] });
    known(third, {});
    known(fourth, {});
    await page.open();
    await page.isLive();
    const [dialog, box] = [page.tab.getByRole('dialog'), page.tab.getByLabel('Magnet links or infohashes')];
    const add = async (infohash: string): Promise<void> => {
      await box.fill(infohash);
      await box.press('Enter');
    };

    await page.tab.getByLabel('Choose files').check();
    await add(task);
    await page.tab.getByRole('status').filter({ hasText: 'Already there:' }).waitFor();
    await add(other);
    await until('it is added without a question', () => bodies.some((body) => body.includes(other) && body.includes('screenshots')), patienceMs);
    assert.equal(await dialog.count(), 0);

    // A failure is said, and says no more when its list comes.
    known(fourth, { state: 'Failed', status: 'recoverable_failure', files: [], failure: { kind: 'MetadataTimeout', message: null, retry_at: null } });
    await add(fourth);
    await page.tab.getByRole('alert').getByText('No peer sent the metadata in time.').waitFor();
    await add(third);
    await dialog.getByText(third.slice(0, 4), { exact: true }).waitFor();
    known(fourth, { version: 9 });
    page.site.status.say('taskChanged', taskOf({ infohash: fourth, version: 9, name: 'd4d4' }));
    await page.tab.getByText('Waiting for the list of files of d4d4').waitFor();
    assert.equal(await dialog.count(), 1);
    await page.tab.keyboard.press('Escape');
    await dialog.getByText(fourth.slice(0, 4), { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(bodies.length, 5);
  });

  test('shows a link that another program hands on, and adds it only when one says so', limited, async () => {
    await page.open(`#/?add=${encodeURIComponent(`magnet:?xt=urn:btih:${other}`)}`);
    await page.row('A video that counts').waitFor();

    assert.equal(await page.tab.getByLabel('Magnet links or infohashes').inputValue(), `magnet:?xt=urn:btih:${other}`);
    assert.deepEqual(page.site.requests.filter((request) => request.startsWith('POST')), []);
  });

  test('keeps what is looked for in the address, as the server finds it', limited, async () => {
    await page.open();
    await page.row('A video that counts').waitFor();
    page.site.answers.set('GET /tasks/', ({ url }) =>
      ({ body: { tasks: new URL(url ?? '', page.site.url).searchParams.get('q') === 'some name' ? [taskOf({ infohash: other, name: 'Some name', state: 'Failed', status: 'permanent_failure' })] : [], next_cursor: null } }));

    await page.tab.getByLabel('Search by name or infohash').fill('some name');
    await page.row('Some name').waitFor();
    assert.equal(await page.row('A video that counts').count(), 0);
    await page.tab.getByRole('button', { name: /^Failed/ }).click();
    await until('the server was asked', () => page.site.requests.some((request) => request.includes('state=Failed&q=some+name')), patienceMs);
    assert.match(page.tab.url(), /#\/\?state=failed&q=some\+name$/);

    await page.tab.reload();
    await page.row('Some name').waitFor();
    assert.equal(await page.tab.getByRole('button', { name: /^Failed/ }).getAttribute('aria-pressed'), 'true');
  });

  test('is chosen from with Ctrl, Shift and the keyboard, and what is chosen is paused, tried again and deleted', limited, async () => {
    const names = ['One', 'Two', 'Three'];
    const infohashes = [task, other, third];
    const tasks = names.map((name, index) => taskOf({ infohash: infohashes[index], name, state: 'Downloading', status: 'working', progress: 0.5, created_at: at(-index) }));
    page.say('GET /tasks/', { tasks, next_cursor: null });
    page.say(`POST /tasks/${task}/pause`, taskOf({ name: 'One', state: 'Paused', status: 'pending', version: 8, created_at: at(0) }));
    page.say(`POST /tasks/${third}/pause`, { title: 'Conflict', detail: 'Nothing is left to pause.' }, 409);
    page.say(`DELETE /tasks/${other}`, null, 204);
    await page.open();
    await page.row('Three').waitFor();
    const chosen = (): Promise<string[]> => page.tab.locator('[role=row][aria-selected=true] .name').allTextContents();

    await page.row('One').locator('.of-size').click();
    await page.row('Three').locator('.of-size').click({ modifiers: ['Control'] });
    await until('both are chosen', async () => (await chosen()).join() === 'One,Three', patienceMs);
    await page.tab.getByRole('toolbar').getByRole('button', { name: 'Pause' }).click();
    await page.row('One').getByText('Paused').waitFor();
    await page.tab.getByRole('alert').getByText('Three: Nothing is left to pause.').waitFor();

    await page.tab.getByRole('grid').focus();
    await page.tab.keyboard.press('Home');
    await page.tab.keyboard.press('Shift+ArrowDown');
    await until('the range is chosen', async () => (await chosen()).join() === 'One,Two', patienceMs);
    await page.tab.keyboard.press('Control+a');
    await until('all are chosen', async () => (await chosen()).length === 3, patienceMs);
    await page.tab.keyboard.press('Escape');
    await until('none is chosen', async () => (await chosen()).length === 0, patienceMs);

    await page.tab.keyboard.press('Home');
    await page.tab.keyboard.press('ArrowDown');
    await page.tab.keyboard.press('Delete');
    await page.tab.getByRole('dialog').getByText('Two').waitFor();
    await page.tab.getByRole('dialog').getByRole('button', { name: 'Delete with all data' }).click();
    await page.row('Two').waitFor({ state: 'detached' });
    await page.tab.getByRole('dialog').waitFor({ state: 'detached' });
    assert.deepEqual(page.site.requests.filter((request) => request.startsWith('DELETE')), [`DELETE /tasks/${other}?data=true`]);

    // In a field the keys are letters.
    await page.tab.keyboard.press('/');
    await page.tab.keyboard.type('ag/');
    assert.equal(await page.tab.getByLabel('Search by name or infohash').inputValue(), 'ag/');
  });

  test('deletes several with the keyboard, and keeps their data unless one says otherwise', limited, async () => {
    const infohashes = [task, other, third];
    page.say('GET /tasks/', { tasks: ['One', 'Two', 'Three'].map((name, index) => taskOf({ infohash: infohashes[index], name, created_at: at(-index) })), next_cursor: null });
    for (const one of infohashes) page.say(`DELETE /tasks/${one}`, null, 204);
    await page.open();
    await page.row('Three').waitFor();
    const dialog = page.tab.getByRole('dialog');
    const focused = (name: string) => until(`${name} has the focus`, () => dialog.getByRole('button', { name, exact: true }).evaluate((button) => button === document.activeElement), patienceMs);
    const deletions = (): string[] => page.site.requests.filter((request) => request.startsWith('DELETE')).sort();

    await page.tab.getByRole('grid').focus();
    await page.tab.keyboard.press('Home');
    await page.tab.keyboard.press('Shift+ArrowDown');
    await page.tab.keyboard.press('Delete');
    await dialog.getByText('Delete 2 tasks?').waitFor();
    await focused('Cancel');
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(deletions(), []);

    await page.tab.keyboard.press('Delete');
    await focused('Cancel');
    await page.tab.keyboard.press('Tab');
    await focused('Delete');
    await page.tab.keyboard.press('Enter');
    await page.row('One').waitFor({ state: 'detached' });
    await page.row('Two').waitFor({ state: 'detached' });
    assert.deepEqual(deletions(), [`DELETE /tasks/${task}?data=false`, `DELETE /tasks/${other}?data=false`].sort());
    assert.equal(await page.row('Three').count(), 1);
  });

  test('has columns that are sorted, hidden, drawn wider, and remembered', limited, async () => {
    page.say('GET /tasks/', { tasks: [taskOf({ name: 'Small', size_bytes: 10, up_bytes_per_second: 2048 }), taskOf({ infohash: other, name: 'Large', size_bytes: 1000, created_at: at(-1) })], next_cursor: null });
    await page.open();
    await page.row('Large').waitFor();
    const names = (): Promise<string[]> => page.tab.locator('[role=row] .name').allTextContents();
    const head = (name: string) => page.tab.getByRole('columnheader', { name });
    assert.deepEqual(await names(), ['Small', 'Large']);

    await head('Size').getByRole('button').click();
    await until('the larger one is first', async () => (await names()).join() === 'Large,Small', patienceMs);
    const before = (await head('Size').boundingBox())?.width ?? 0;
    await head('Size').getByRole('button').press('Alt+ArrowRight');
    await page.tab.getByRole('button', { name: 'Columns' }).click();
    await page.tab.getByRole('menuitemcheckbox', { name: 'Added' }).click();
    await page.tab.getByRole('menuitemcheckbox', { name: 'Up', exact: true }).click();
    await page.tab.keyboard.press('Escape');
    await head('Added').waitFor({ state: 'detached' });
    await page.row('Small').getByText('2.0 KiB/s').waitFor();
    await page.tab.reload();

    await page.row('Large').waitFor();
    await until('the larger one is first again', async () => (await names()).join() === 'Large,Small', patienceMs);
    assert.equal(await head('Added').count(), 0);
    assert.equal(Math.round((await head('Size').boundingBox())?.width ?? 0), Math.round(before + 16));
  });

  test('has columns that are put elsewhere by pointer and keys, said so, remembered, and put back', limited, async () => {
    await page.open();
    await page.row('A video that counts').waitFor();
    const heads = (): Promise<string[]> => page.tab.locator('.head-row [data-column]').allInnerTexts();
    const cells = (): Promise<(string | null)[]> => page.tab.locator('.grid-body [role=gridcell][class*=of-]').evaluateAll((those) => those.map(({ className }) => /of-(\w+)/.exec(className)?.[1] ?? null));
    const button = (name: string) => page.tab.getByRole('columnheader', { name }).getByRole('button');
    const middle = async (name: string): Promise<{ readonly x: number; readonly y: number }> => {
      const { x, y, width, height } = (await button(name).boundingBox()) ?? assert.fail(`no ${name}`);
      return { x: x + width / 2, y: y + height / 2 };
    };
    const atFirst = await heads();
    assert.deepEqual(atFirst.slice(0, 5), ['Name', 'State', 'Progress', 'Size', 'Shots']);

    // Twice, so that the focus must have stayed with it.
    await button('State').focus();
    await page.tab.keyboard.press('Alt+Shift+ArrowRight');
    await until('it is one to the right', async () => (await heads()).slice(0, 4).join() === 'Name,Progress,State,Size', patienceMs);
    await page.tab.keyboard.press('Alt+Shift+ArrowRight');
    await until('it is two to the right', async () => (await heads()).slice(0, 4).join() === 'Name,Progress,Size,State', patienceMs);
    await page.tab.getByRole('status').getByText(`State: column 4 of ${atFirst.length}`).waitFor({ state: 'attached' });
    assert.deepEqual((await cells()).slice(0, 4), ['name', 'progress', 'size', 'state']);

    const [from, to] = [await middle('Shots'), await middle('Progress')];
    await page.tab.mouse.move(from.x, from.y);
    await page.tab.mouse.down();
    await page.tab.mouse.move(to.x - 20, to.y, { steps: 8 });
    await until('it follows the pointer', async () => (await heads()).slice(0, 3).join() === 'Name,Shots,Progress', patienceMs);
    await page.tab.mouse.up();
    // To draw is not to sort.
    assert.equal(await page.tab.locator('[aria-sort]').getAttribute('data-column'), 'added');
    assert.deepEqual(await faultsOf(page.tab), []);
    const arranged = await heads();
    await page.tab.reload();
    await page.row('A video that counts').waitFor();
    assert.deepEqual(await heads(), arranged);

    await button('Size').click();
    await page.tab.locator('[data-column=size][aria-sort]').waitFor();
    await page.tab.getByRole('button', { name: 'Columns' }).click();
    await page.tab.getByRole('menuitem', { name: 'As at first' }).click();
    await until('all are where they were', async () => (await heads()).join() === atFirst.join(), patienceMs);
  });

  test('scrolls through 10,000 tasks of which a few are in the document, in both views', limited, async () => {
    const total = 10_000;
    const one = (index: number) => taskOf({ infohash: index.toString(16).padStart(40, '0'), name: `Task ${index}`, created_at: at(-index) });
    page.site.answers.set('GET /tasks/', ({ url }) => {
      const parameters = new URL(url ?? '', page.site.url).searchParams;
      const [from, limit] = [Number(parameters.get('cursor') ?? 0), Number(parameters.get('limit'))];
      return { body: { tasks: Array.from({ length: Math.min(limit, total - from) }, (_, index) => one(from + index)), next_cursor: from + limit < total ? String(from + limit) : null } };
    });
    page.say('GET /stats', { tasks: { Completed: total }, work_items: [], broker: { reachable: null, queues: [] } });
    await page.open();
    await page.row('Task 0').waitFor();
    await page.tab.getByRole('button', { name: 'All 10,000' }).waitFor();

    await page.tab.getByRole('grid').focus();
    await page.tab.keyboard.press('End');
    await page.row('Task 9999').waitFor();
    assert.ok((await page.tab.getByRole('row').count()) < 60);
    const pages = page.site.requests.filter((request) => request.startsWith('GET /tasks/?'));
    assert.ok(pages.length < 120 && pages.every((request) => /limit=(100|200)\b/.test(request)), `${pages.length} requests`);
    await page.tab.keyboard.press('g');
    await page.tab.locator('.tile').first().waitFor();
    assert.ok((await page.tab.locator('.tile').count()) < 100);
    assert.match(page.tab.url(), /view=gallery/);
  });

  test('shows hostile names as what they are', limited, async () => {
    const hostile = ['<img src=x onerror=alert(1)>', `${'a'.repeat(10_000)}`, 'evil\u202egpj.exe', 'bell\u0007 and\u0000null', '\u200b\u2060'];
    page.say('GET /tasks/', { tasks: hostile.map((name, index) => taskOf({ infohash: String(index).repeat(40), name, created_at: at(-index) })), next_cursor: null });
    await page.open('', { viewport: { width: 360, height: 740 } });
    await page.row('<img src=x onerror=alert(1)>').waitFor();

    assert.deepEqual(await page.tab.locator('.name').allTextContents(), [
      '<img src=x onerror=alert(1)>', `${'a'.repeat(300)}…`, 'evil\ufffdgpj.exe', 'bell\u2407 and\u2400null', '\ufffd\ufffd',
    ]);
    assert.equal(await page.tab.locator('main img').count(), 0);
    assert.ok(await page.tab.evaluate(() => document.documentElement.scrollWidth <= 360));
  });

  test('speaks the language of the browser, or the one that is chosen, and keeps to it', limited, async () => {
    await page.open('', { locale: 'zh-TW' });
    await page.tab.getByRole('button', { name: '新增', exact: true }).waitFor();

    await page.tab.getByLabel('語言').selectOption('zh-Hans');
    await page.tab.getByRole('button', { name: '添加', exact: true }).waitFor();
    await page.tab.reload();

    await page.tab.getByRole('button', { name: '添加', exact: true }).waitFor();
    assert.equal(await page.tab.evaluate(() => document.documentElement.lang), 'zh-Hans');
  });

  test('is light or dark as the system, or as one says, and fits into 360 pixels', limited, async () => {
    const name = 'A.very.long.name.without.any.spaces.'.repeat(8);
    page.say('GET /tasks/', { tasks: [taskOf({ name, failure: { kind: 'X', message: name, retry_at: null }, state: 'Failed', status: 'permanent_failure' })], next_cursor: null });
    await page.open('', { colorScheme: 'dark', viewport: { width: 360, height: 740 } });
    await page.row(name).waitFor();
    const brightness = (): Promise<number> => page.tab.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]));

    await until('it is dark', async () => (await brightness()) < 60, patienceMs);
    assert.ok(await page.tab.evaluate(() => document.documentElement.scrollWidth <= 360));
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.getByRole('button', { name: 'Colours: as the system' }).click();
    await until('it is light', async () => (await brightness()) > 200, patienceMs);
    assert.deepEqual(await faultsOf(page.tab), []);
    await page.tab.reload();
    await until('it is still light', async () => (await brightness()) > 200, patienceMs);
  });

  test('leaves axe nothing to say of the table and of the gallery', limited, async () => {
    page.say('GET /tasks/', {
      tasks: [
        taskOf({ state: 'Downloading', status: 'working', progress: 0.4, created_at: at(3) }),
        taskOf({ infohash: other, state: 'Failed', status: 'permanent_failure', name: 'Bad', created_at: at(2) }),
        taskOf({ infohash: third, state: 'Fetching', status: 'recoverable_failure', name: 'Again', progress: null, created_at: at(1) }),
        taskOf({ infohash: 'd4'.repeat(20), name: 'Good', created_at: at(0) }),
      ],
      next_cursor: null,
    });
    await page.open();
    await page.row('Good').locator('.of-size').click();
    assert.deepEqual(await faultsOf(page.tab), []);

    await page.tab.keyboard.press('g');
    await page.tab.locator('.tile').first().waitFor();
    assert.deepEqual(await faultsOf(page.tab), []);
  });
});
