import { limits } from './limits.js';
import { integer, json, nested, object, oneOf, optional, text, union } from './shape.js';

/*
 * The data channel: one per connection, reliable and ordered, label "eventtorrent/1". Text messages are these, as JSON; binary
 * ones are frames (framing.ts). The viewer asks, the node answers.
 */

export const channelLabel = 'eventtorrent/1';

/** Why a request has no response, or no end. */
export const requestErrors = ['bad-name', 'not-found', 'changed', 'bad-offset', 'too-many', 'ticket-expired', 'read-failed'] as const;
export type RequestError = (typeof requestErrors)[number];

/** Why a node closes a channel. */
export const closeReasons = ['malformed', 'flood', 'slow', 'idle', 'replaced', 'ticket-expired', 'stopping'] as const;
export type CloseReason = (typeof closeReasons)[number];

export const ticketErrors = ['ticket-invalid', 'ticket-expired', 'ticket-foreign'] as const;
export type TicketError = (typeof ticketErrors)[number];

/** The bytes from `from` on and before `to`, which may be beyond the end: whoever asks first does not know the size. */
export type ByteRange = { readonly from: number; readonly to: number };

export type ViewerMessage =
  /**
   * The bytes of one file of the task's stream, from `offset` to the end of the range, or without one of the file. `id` is higher than
   * every earlier one of the channel. `file` is the index of the video in the torrent. With `etag`, only if the file is still the one
   * that had it.
   */
  | {
      readonly type: 'get'; readonly id: number; readonly file: number; readonly name: string; readonly offset: number; readonly etag: string | null;
      readonly range: ByteRange | null;
    }
  /** The response is not wanted any more. It has no answer; what is under way still comes. */
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'ping'; readonly n: number }
  /** A newer ticket for the same task and viewer, before the one of the offer is over. */
  | { readonly type: 'renew'; readonly ticket: string };

export type NodeMessage =
  /** The file is there: its whole size, and where the response begins. Frames follow. */
  | { readonly type: 'head'; readonly id: number; readonly size: number; readonly offset: number; readonly etag: string }
  /** The response is whole. The hash is that of the whole range, so that one put together from two connections is checked too. */
  | { readonly type: 'end'; readonly id: number; readonly sha256: string }
  | { readonly type: 'error'; readonly id: number; readonly code: RequestError }
  | { readonly type: 'pong'; readonly n: number }
  /** The answer to "renew": until when the connection may ask, in seconds since 1970; or why not. */
  | { readonly type: 'renewed'; readonly expires: number }
  | { readonly type: 'refused'; readonly code: TicketError }
  /** The last message of a channel that the node closes. */
  | { readonly type: 'closing'; readonly code: CloseReason };

const id = integer(1, 0xffff_ffff);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const etag = text(64, /^[0-9a-f-]+$/);
const name = text(limits.nameLength * 2);
const range = nested(object({ from: count, to: count }));

/** A name is bounded here and judged by whoever serves it, so that a wrong one is answered and does not end the channel. */
export const parseViewerMessage = json(
  limits.viewerTextLength,
  union<ViewerMessage>({
    get: object({ id, file: integer(0, limits.files - 1), name, offset: count, etag: optional(etag), range: optional(range) }),
    cancel: object({ id }),
    ping: object({ n: count }),
    renew: object({ ticket: text(limits.ticketLength) }),
  }),
);

export const parseNodeMessage = json(
  limits.nodeTextLength,
  union<NodeMessage>({
    head: object({ id, size: count, offset: count, etag }),
    end: object({ id, sha256: text(64, /^[0-9a-f]{64}$/) }),
    error: object({ id, code: oneOf(...requestErrors) }),
    pong: object({ n: count }),
    renewed: object({ expires: count }),
    refused: object({ code: oneOf(...ticketErrors) }),
    closing: object({ code: oneOf(...closeReasons) }),
  }),
);
