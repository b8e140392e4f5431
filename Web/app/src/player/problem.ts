import type { ErrorData } from 'hls.js';
import type { TextKey } from '../texts/en.js';

/** Why a video does not play, and what to do, as a text of the catalogue. */
export type Problem = { readonly key: TextKey; readonly values?: Readonly<Record<string, string>> };

/** What the browser lacks, if anything. */
export function lackOf(hasMediaSource: boolean): Problem | undefined {
  if (typeof RTCPeerConnection === 'undefined') return { key: 'why.no-webrtc' };
  return hasMediaSource ? undefined : { key: 'why.no-mse' };
}

export const problemOf = ({ type, details, response }: ErrorData): Problem =>
  response?.code === 404 && details === 'manifestLoadError' ? { key: 'why.not-found' }
  : type === 'mediaError' || details === 'manifestIncompatibleCodecsError' ? { key: 'why.media', values: { what: details } }
  : { key: 'why.stream', values: { what: details } };
