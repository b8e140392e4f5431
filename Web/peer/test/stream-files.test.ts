import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import fc from 'fast-check';
import { Log } from '../src/log.js';
import { StreamFiles } from '../src/stream-files.js';
import { task } from './support/tickets.js';

suite('files of a stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-files-'));
  const root = join(folder, 'volume');
  const stream = join(root, task, '0.hls');
  const files = new StreamFiles(root, new Log('error', () => undefined));

  const outcome = async (name: string, file = 0, of = task): Promise<string> => {
    const opened = await files.open(of, file, name);
    if (!opened.ok) return opened.error;
    const text = await opened.value.handle.readFile('utf8');
    await opened.value.handle.close();
    return text;
  };

  before(() => {
    mkdirSync(stream, { recursive: true });
    writeFileSync(join(stream, 'master.m3u8'), 'inside');
    writeFileSync(join(folder, 'secret.ts'), 'outside');
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere', 'master.m3u8'), 'outside');
  });
  after(() => rmSync(folder, { recursive: true }));

  test('a regular file of the stream is opened', async () => {
    assert.equal(await outcome('master.m3u8'), 'inside');
  });

  test('a name that is not on the list is not looked for', async () => {
    writeFileSync(join(stream, 'master.m3u8.tmp'), 'unfinished');
    for (const name of ['master.m3u8.tmp', '../0.hls/master.m3u8', '/etc/passwd', 'MASTER.m3u8', 'master.m3u8\0', '.', '']) assert.equal(await outcome(name), 'bad-name');
  });

  test('what is not there is not found, wherever the path ends', async () => {
    assert.equal(await outcome('other.ts'), 'not-found');
    assert.equal(await outcome('master.m3u8', 1), 'not-found');
    assert.equal(await outcome('master.m3u8', 0, 'b2'.repeat(20)), 'not-found');
  });

  test('a link in place of the file is not followed', async () => {
    symlinkSync(join(folder, 'secret.ts'), join(stream, 'out.ts'));
    symlinkSync('master.m3u8', join(stream, 'in.m3u8'));

    assert.equal(await outcome('out.ts'), 'not-found');
    assert.equal(await outcome('in.m3u8'), 'not-found');
  });

  test('a link in place of a directory is not followed', async () => {
    symlinkSync(join(folder, 'elsewhere'), join(root, task, '5.hls'));
    const linked = 'c3'.repeat(20);
    mkdirSync(join(folder, 'tasks', '0.hls'), { recursive: true });
    writeFileSync(join(folder, 'tasks', '0.hls', 'master.m3u8'), 'outside');
    symlinkSync(join(folder, 'tasks'), join(root, linked));

    assert.equal(await outcome('master.m3u8', 5), 'not-found');
    assert.equal(await outcome('master.m3u8', 0, linked), 'not-found');
  });

  test('a directory, a FIFO and a socket are no files, and do not hold anybody up', async () => {
    mkdirSync(join(stream, 'directory.ts'));
    execFileSync('mkfifo', [join(stream, 'fifo.ts')]);

    assert.equal(await outcome('directory.ts'), 'not-found');
    assert.equal(await outcome('fifo.ts'), 'not-found');
  });

  test('a file in place of a directory is not found', async () => {
    writeFileSync(join(root, task, '6.hls'), '');

    assert.equal(await outcome('master.m3u8', 6), 'not-found');
  });

  test('another content is another etag', async () => {
    const etag = async (): Promise<string> => {
      const opened = await files.open(task, 0, 'etag.vtt');
      assert.ok(opened.ok);
      await opened.value.handle.close();
      return opened.value.etag;
    };
    writeFileSync(join(stream, 'etag.vtt'), 'one');
    const first = await etag();
    assert.equal(await etag(), first);

    writeFileSync(join(stream, 'etag.vtt'), 'longer');

    assert.notEqual(await etag(), first);
  });

  test('no name, however made, gives what lies outside', async () => {
    linkSync(join(stream, 'master.m3u8'), join(stream, 'same.m3u8'));
    const pieces = fc.constantFrom('..', '/', 'secret.ts', 'master.m3u8', 'elsewhere', '0.hls', '\0', '\\', '%2e', '.', 'proc/self/root', folder, task);
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 8 }), async (parts) => {
        assert.notEqual(await outcome(parts.join('')), 'outside');
      }),
      { numRuns: 500 },
    );
  });
});
