import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameHeaderBytes, limits, maxPayloadBytes, readFrame, writeFrameHeader } from '../src/index.js';

const frameOf = (id: number, last: boolean, payload: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(frameHeaderBytes + payload.byteLength);
  frame.set(payload, frameHeaderBytes);
  writeFrameHeader(frame, id, last);
  return frame;
};

test('a frame is read back as it was written, wherever it lies in its buffer', () => {
  const payloads = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), fc.boolean(), payloads, fc.nat(9), (id, last, payload, at) => {
      const buffer = new Uint8Array(at + frameHeaderBytes + payload.byteLength).fill(0xee);
      buffer.set(frameOf(id, last, payload), at);

      assert.deepEqual(readFrame(buffer.subarray(at)), { ok: true, value: { id, last, payload } });
    }),
  );
});

test('the bytes are those of the description', () => {
  assert.deepEqual([...frameOf(0x0102_0304, true, Uint8Array.of(0xaa))], [1, 2, 3, 4, 1, 0, 0, 0, 0xaa]);
  assert.deepEqual([...frameOf(7, false, Uint8Array.of(0xbb))], [0, 0, 0, 7, 0, 0, 0, 0, 0xbb]);
});

test('any bytes are a frame that would be written the same, or are refused by name', () => {
  const names = ['frame-too-short', 'frame-without-id', 'frame-with-unknown-flags'];
  const header = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.array(fc.nat(2), { maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)));
  fc.assert(
    fc.property(header, (bytes) => {
      const result = readFrame(bytes);
      if (result.ok) assert.deepEqual(frameOf(result.value.id, result.value.last, result.value.payload), bytes);
      else assert.ok(names.includes(result.error));
    }),
  );
});

test('a frame is as long as a transport takes and no longer', () => {
  assert.equal(frameHeaderBytes + maxPayloadBytes, limits.frameBytes);
  assert.equal(readFrame(frameOf(1, false, new Uint8Array(maxPayloadBytes))).ok, true);
  assert.deepEqual(readFrame(frameOf(1, false, new Uint8Array(maxPayloadBytes + 1))), { ok: false, error: 'frame-too-long' });
  assert.deepEqual(readFrame(frameOf(1, false, new Uint8Array(0))), { ok: false, error: 'frame-too-short' });
});
