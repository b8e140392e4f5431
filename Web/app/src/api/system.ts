import { listOf, nested, object, oneOf, optional, type Reader } from '@eventtorrent/protocol';
import { anyText, count, flag } from './task.js';

/* What the door says of itself and of those who work (Api/Stats, Api/Workers, Hosting/HealthEndpoints.cs). */

const most = 100_000;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object whose names are not known beforehand. */
const mapOf =
  <T>(reader: Reader<T>): Reader<ReadonlyMap<string, T>> =>
  (value) => {
    if (!isObject(value)) return undefined;
    const items = new Map<string, T>();
    for (const [name, one] of Object.entries(value)) {
      const item = reader(one);
      if (item === undefined) return undefined;
      items.set(name, item);
    }
    return items;
  };

const parseQueue = object({ name: anyText, ready: count, consumers: count, errors: count, skipped: count });
const parseBroker = object({ transport: optional(anyText), reachable: optional(flag), queues: listOf(most, nested(parseQueue)) });
const parseStats = object({
  tasks: mapOf(count),
  work_items: listOf(most, nested(object({ step: anyText, state: anyText, count }))),
  broker: nested(parseBroker),
});
export type Stats = Extract<ReturnType<typeof parseStats>, { ok: true }>['value'];
export const readStats = nested(parseStats);

const parseWorker = object({
  name: anyText, host: anyText, kind: anyText, volume: optional(anyText), slots: count, busy: count, free_bytes: optional(count), version: anyText,
  started_at: anyText, seen_at: anyText, state: anyText, drain_asked: flag,
});
export type Worker = Extract<ReturnType<typeof parseWorker>, { ok: true }>['value'];
export const readWorker = nested(parseWorker);
export const readWorkers = listOf(most, readWorker);
/** Heard of lately, whether or not it takes new work. */
export const isThere = ({ state }: Worker): boolean => state !== 'silent' && state !== 'stopped';

const health = oneOf('healthy', 'degraded', 'unhealthy');
const parseHealth = object({ status: health, checks: mapOf(nested(object({ status: health, description: optional(anyText) }))) });
export type Health = Extract<ReturnType<typeof parseHealth>, { ok: true }>['value'];
export const readHealth = nested(parseHealth);

export const roles = ['viewer', 'submitter', 'admin', 'node'] as const;
const keyMembers = { id: anyText, name: anyText, role: anyText, createdAt: anyText, lastUsedAt: optional(anyText), revokedAt: optional(anyText) };
const parseKey = object(keyMembers);
export type Key = Extract<ReturnType<typeof parseKey>, { ok: true }>['value'];
/** The names of the members may be written as the rest of the door writes them. */
const camel: Reader<unknown> = (value) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), one])) : undefined;
const readKey: Reader<Key> = (value) => nested(parseKey)(camel(value));
export const readKeys = listOf(most, readKey);
/** Only the answer to its making has the key itself. */
export const readNewKey: Reader<Key & { readonly key: string }> = (value) => nested(object({ ...keyMembers, key: anyText }))(camel(value));
