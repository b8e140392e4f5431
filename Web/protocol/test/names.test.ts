import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isServedName, masterPlaylist } from '../src/index.js';

test('names of playlists, segments, subtitles and pictures are served', () => {
  for (const name of [masterPlaylist, 'v0.m3u8', 'v0_00001.ts', 'c12_00001.m4s', 'init.mp4', 'audio-eng_00000.aac', 'sub2.vtt', 'sprite.jpg']) {
    assert.equal(isServedName(name), true, name);
  }
});

test('everything else is not', () => {
  const others = [
    '', '.', '..', '../master.m3u8', '/etc/passwd', 'a/b.ts', 'a\\b.ts', '.hidden.ts', '-v.ts', 'a..ts', 'a.b.ts', 'master.m3u8\0', 'master.m3u8\n',
    'MASTER.M3U8', 'a.TS', 'a.ts ', ' a.ts', 'a.ts/', 'a.ts/..', 'a', 'a.', '.ts', 'a.key', 'a.json', 'a.ts.tmp', 'ä.ts', 'a%2f.ts', 'concat:a.ts',
    `${'a'.repeat(78)}.ts`,
  ];
  for (const name of others) assert.equal(isServedName(name), false, JSON.stringify(name));
});

test('no name that is served holds anything that a file system understands', () => {
  const pieces = fc.constantFrom('a', '0', '_', '-', '.', '..', '/', '\\', '\0', '\n', 'é', ' ', '%', ':', '.ts', '.m3u8', '.vtt');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const name = parts.join('');
      if (isServedName(name)) assert.match(name, /^[a-z0-9_-]+\.[a-z0-9]+$/);
    }),
    { numRuns: 2000 },
  );
});
