import { limits } from './limits.js';
import { failure, success, type Result } from './result.js';

/*
 * A binary message is a piece of one response:
 *
 *   0      4       5          8
 *   | id   | flags | 0  0  0  | 1 to 65,528 bytes of the file
 *
 * id: unsigned, big-endian. flags: 1 in the last frame of a response, else 0.
 */

export const frameHeaderBytes = 8;
export const maxPayloadBytes = limits.frameBytes - frameHeaderBytes;

export type Frame = { readonly id: number; readonly last: boolean; readonly payload: Uint8Array };

export type FrameError = 'frame-too-short' | 'frame-too-long' | 'frame-without-id' | 'frame-with-unknown-flags';

/** Writes the header into the first bytes of a frame whose payload is in place already. */
export function writeFrameHeader(frame: Uint8Array, id: number, last: boolean): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frameHeaderBytes);
  view.setUint32(0, id);
  view.setUint32(4, last ? 0x0100_0000 : 0);
}

/** The payload is a view into `bytes`, not a copy. */
export function readFrame(bytes: Uint8Array): Result<Frame, FrameError> {
  if (bytes.byteLength <= frameHeaderBytes) return failure('frame-too-short');
  if (bytes.byteLength > limits.frameBytes) return failure('frame-too-long');
  const view = new DataView(bytes.buffer, bytes.byteOffset, frameHeaderBytes);
  const id = view.getUint32(0);
  const flags = view.getUint32(4);
  if (id === 0) return failure('frame-without-id');
  if (flags !== 0 && flags !== 0x0100_0000) return failure('frame-with-unknown-flags');
  return success({ id, last: flags !== 0, payload: bytes.subarray(frameHeaderBytes) });
}
