import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameHeaderBytes, parseNodeMessage, parseViewerMessage, readFrame, writeFrameHeader } from '../src/index.js';
import { nodeMessages, viewerMessages } from './arbitraries.js';

/*
 * Damaged messages against every reader of the channel, for EVENTTORRENT_FUZZ_SECONDS (2 without it) from
 * EVENTTORRENT_FUZZ_SEED (1 without it). A reader throws nothing, and what it takes it would write and take again.
 */
const seconds = Number(process.env['EVENTTORRENT_FUZZ_SECONDS'] ?? 2);
const firstSeed = Number(process.env['EVENTTORRENT_FUZZ_SEED'] ?? 1);
const scraps = ['"', '\\', '{', '}', '[', ']', ',', ':', 'null', '-0', '1e999', '\u0000', '\ud800', '"__proto__"', '"type"', '9007199254740993'];

/** xorshift32: a course that can be had again, at the speed of the readers. */
const randomOf = (seed: number): ((below: number) => number) => {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const damage = (message: string, random: (below: number) => number): string => {
  let damaged = message;
  for (let left = 1 + random(4); left > 0; left--) {
    const at = random(damaged.length + 1);
    const scrap = random(3) === 0 ? String.fromCharCode(random(0x1_0000)) : (scraps[random(scraps.length)] ?? '');
    damaged = damaged.slice(0, at) + (random(4) === 0 ? '' : scrap) + damaged.slice(at + random(3));
  }
  return damaged;
};

test('damaged messages and frames are refused by name or read as something whole', () => {
  const messages = fc.sample(fc.oneof(viewerMessages, nodeMessages), { seed: firstSeed, numRuns: 500 }).map((message) => JSON.stringify(message));
  const until = performance.now() + seconds * 1000;
  const random = randomOf(firstSeed);
  const frame = new Uint8Array(frameHeaderBytes + 4);
  let rounds = 0;
  let taken = 0;

  do {
    const text = damage(messages[random(messages.length)] ?? '', random);
    for (const parse of [parseViewerMessage, parseNodeMessage]) {
      const result = parse(text);
      if (!result.ok) continue;
      taken++;
      assert.deepEqual(parse(JSON.stringify(result.value)), result, `seed ${firstSeed}, round ${rounds}: ${text}`);
    }
    writeFrameHeader(frame, 1 + random(3), random(2) === 0);
    frame[random(frame.length)] = random(256);
    const read = readFrame(frame.subarray(0, 1 + random(frame.length)));
    if (read.ok) assert.ok(read.value.id > 0 && read.value.payload.byteLength > 0);
    rounds++;
  } while (performance.now() < until || rounds < 1000);

  assert.ok(taken > 0, 'all were refused: the damage is too great to find anything');
});
