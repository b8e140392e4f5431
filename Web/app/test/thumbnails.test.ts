import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseThumbnails, thumbnailAt } from '../src/player/thumbnails.js';

const text = `WEBVTT

00:00:00.000 --> 00:00:10.000
sprite_000.jpg#xywh=0,0,160,90

00:00:10.000 --> 01:00:20.500
sprite_001.jpg#xywh=160,90,160,90
`;

test('each stretch of time has its part of a sheet', () => {
  assert.deepEqual(parseThumbnails(text), [
    { start: 0, end: 10, sheet: 'sprite_000.jpg', x: 0, y: 0, width: 160, height: 90 },
    { start: 10, end: 3620.5, sheet: 'sprite_001.jpg', x: 160, y: 90, width: 160, height: 90 },
  ]);
  assert.deepEqual(parseThumbnails(text.replaceAll('\n', '\r\n')), parseThumbnails(text));
});

test('a time beyond the last has the last picture', () => {
  const thumbnails = parseThumbnails(text);

  assert.equal(thumbnailAt(thumbnails, 3)?.sheet, 'sprite_000.jpg');
  assert.equal(thumbnailAt(thumbnails, 10)?.sheet, 'sprite_001.jpg');
  assert.equal(thumbnailAt(thumbnails, 9999)?.sheet, 'sprite_001.jpg');
  assert.equal(thumbnailAt([], 3), undefined);
});

test('names that no node serves, and parts that are none, are left out', () => {
  const cue = (place: string): string => `WEBVTT\n\n00:00.000 --> 00:01.000\n${place}\n`;
  for (const place of ['../secret.jpg#xywh=0,0,1,1', 'https://example.org/a.jpg#xywh=0,0,1,1', 'a.jpg#xywh=0,0,0,90', 'a.jpg', 'a.jpg#xywh=-1,0,5,5']) {
    assert.deepEqual(parseThumbnails(cue(place)), [], place);
  }
});
