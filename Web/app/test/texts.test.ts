import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeReasons, signalErrors } from '@eventtorrent/protocol';
import { en } from '../src/texts/en.js';
import { clock } from '../src/texts/format.js';
import { catalogues, choose, isText, languages, textsOf } from '../src/texts/translate.js';

const sources = fileURLToPath(new URL('../../src/', import.meta.url));
const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.startsWith('texts'));
const codeOf = (file: string): string => readFileSync(`${sources}${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<![:'"])\/\/.*$/gm, '');
const placesOf = (text: string): readonly string[] => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name = '']) => name).sort();

for (const language of languages) {
  test(`${language} has every text, with the same values in it`, () => {
    const catalogue = catalogues[language];
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      const other = catalogue[key as keyof typeof en];
      assert.notEqual(other.trim(), '', key);
      assert.deepEqual(placesOf(other), placesOf(text), key);
    }
  });
}

test('every text that the code names is there, and every text that is there is named', () => {
  const code = files.map(codeOf).join('\n');
  const named = new Set(Array.from(code.matchAll(/'([a-z]+\.[A-Za-z_-]+)'/g), ([, key = '']) => key));
  // Those whose last part is a value: `state.${...}`.
  const stems = new Set(Array.from(code.matchAll(/`([a-z]+)\.\$\{/g), ([, stem = '']) => stem));
  const isNamed = (key: string): boolean => named.has(key) || named.has(key.replace(/\.(one|other)$/, '')) || stems.has(key.split('.')[0] ?? '');

  const unknown = [...named].filter((key) => Object.keys(en).some((one) => one.split('.')[0] === key.split('.')[0]) && !isText(key) && !isText(`${key}.other`));
  assert.deepEqual(unknown, []);
  assert.deepEqual(Object.keys(en).filter((key) => !isNamed(key) && key !== 'language.name'), []);
});

test('whatever a hub or a node says has its words', () => {
  for (const reason of [...Object.keys(signalErrors), ...closeReasons, 'not-opened', 'silent', 'lost', 'nonsense', 'left', 'no-signaling']) {
    assert.ok(isText(`why.${reason}`), reason);
  }
});

test('whatever the server gives as the cause of a change has its words', () => {
  const server = ['Sagas/TorrentTaskMachine.cs', 'Api/Submissions/SubmissionService.cs'].map((path) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')).join('\n');
  const given = Array.from(server.matchAll(/(?:MoveTo\([^;]*?\b\w+, |Cause = )"([^"]+)"/g), ([, cause = '']) => cause).sort();
  assert.ok(given.length > 5);
  const code = codeOf('page/timeline-panel.tsx');
  assert.deepEqual([...new Set(given)], Array.from(code.matchAll(/'([^']+)': 'cause\.\w+'/g), ([, cause = '']) => cause).sort());
});

test('no text is written into the code', () => {
  for (const file of files.filter((name) => name.endsWith('.tsx'))) {
    const code = codeOf(file);
    const written = [
      ...Array.from(code.matchAll(/(?:aria-label|title|label|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"/g), ([, text]) => text),
      ...Array.from(code.matchAll(/<[a-zA-Z.]+(?:\s[^<>]*)?>([^<>{}=;()]*[A-Za-z]{2}[^<>{}=;()]*)<\//g), ([, text]) => text),
    ];
    assert.deepEqual(written, [], file);
  }
});

test('the language is the first one that is asked for and spoken', () => {
  assert.equal(choose(['zh-TW', 'en']), 'zh-Hant');
  assert.equal(choose(['zh-Hant-CN']), 'zh-Hant');
  assert.equal(choose(['zh-Hans-HK']), 'zh-Hans');
  assert.equal(choose(['zh']), 'zh-Hans');
  assert.equal(choose(['fr', 'zh-CN']), 'zh-Hans');
  assert.equal(choose(['C', 'pt-BR']), 'en');
});

test('one and many have words of their own where the language has', () => {
  assert.equal(textsOf('en').count('task.peers', 1), '1 peer');
  assert.equal(textsOf('en').count('task.peers', 2), '2 peers');
  assert.equal(textsOf('zh-Hans').count('task.peers', 1), '1 个节点');
  assert.equal(textsOf('en')('task.shotsOf', { stored: 1, wanted: 2 }), '1/2 shots');
});

test('a video that is a frame short of its length is told at its length', () => {
  assert.deepEqual([0, 5.5, 59.85, 239.979, 3661, Number.NaN].map(clock), ['0:00', '0:05', '0:59', '4:00', '1:01:01', '0:00']);
});
