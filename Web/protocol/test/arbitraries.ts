import fc from 'fast-check';
import { closeReasons, requestErrors, ticketErrors, type NodeMessage, type ViewerMessage } from '../src/index.js';

/** Plain objects, as JSON.parse makes them. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true });

const id = fc.integer({ min: 1, max: 0xffff_ffff });
const count = fc.maxSafeNat();
const matching = (pattern: RegExp): fc.Arbitrary<string> => fc.stringMatching(pattern);
const etag = matching(/^[0-9a-f]{1,12}-[0-9a-f]{1,12}$/);
const ticket = matching(/^[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}$/);

export const viewerMessages: fc.Arbitrary<ViewerMessage> = fc.oneof(
  record({
    type: fc.constant('get' as const),
    id,
    file: fc.nat(9999),
    name: fc.string({ minLength: 1, maxLength: 160, unit: 'binary' }).filter((name) => name.length <= 160),
    offset: count,
    etag: fc.option(etag),
    range: fc.option(record({ from: count, to: count })),
  }),
  record({ type: fc.constant('cancel' as const), id }),
  record({ type: fc.constant('ping' as const), n: count }),
  record({ type: fc.constant('renew' as const), ticket }),
);

export const nodeMessages: fc.Arbitrary<NodeMessage> = fc.oneof(
  record({ type: fc.constant('head' as const), id, size: count, offset: count, etag }),
  record({ type: fc.constant('end' as const), id, sha256: matching(/^[0-9a-f]{64}$/) }),
  record({ type: fc.constant('error' as const), id, code: fc.constantFrom(...requestErrors) }),
  record({ type: fc.constant('pong' as const), n: count }),
  record({ type: fc.constant('renewed' as const), expires: count }),
  record({ type: fc.constant('refused' as const), code: fc.constantFrom(...ticketErrors) }),
  record({ type: fc.constant('closing' as const), code: fc.constantFrom(...closeReasons) }),
);
