import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const page = fileURLToPath(new URL('../../page/', import.meta.url));
const most = 200_000;

test('the scripts that the list needs are less than 200 kB as it goes over the wire', { timeout: 60_000 }, () => {
  const html = readFileSync(`${page}index.html`, 'utf8');
  const files = Array.from(html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g), ([, name = '']) => name);
  assert.ok(files.some((name) => name.endsWith('.js')) && files.some((name) => name.endsWith('.css')), html);

  const scripts = files.filter((name) => name.endsWith('.js'));
  const sizes = scripts.map((name) => gzipSync(readFileSync(`${page}${name}`)).length);

  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < most, `${scripts.map((name, at) => `${name}: ${sizes[at]}`).join(', ')}`);
});

test('the player and the pages that few look at are loaded when they are asked for', { timeout: 60_000 }, () => {
  const names = readdirSync(page);
  for (const chunk of ['detail-page', 'choose-files', 'watch-page', 'workers-page', 'system-page']) assert.ok(names.some((name) => name.startsWith(`${chunk}-`) && name.endsWith('.js')), chunk);
});
