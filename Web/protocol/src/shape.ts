import { failure, success, type Result } from './result.js';

/** Why a message was refused. It names what was wrong and repeats nothing of what came. */
export type Malformed =
  | { readonly code: 'too-long' | 'not-json' | 'not-an-object' | 'unknown-type' }
  | { readonly code: 'bad-member'; readonly member: string };

/** Reads one value; undefined when it is not what it must be. */
export type Reader<T> = (value: unknown) => T | undefined;

/** Reads a whole message. */
export type Parser<T> = (value: unknown) => Result<T, Malformed>;

type Members = Readonly<Record<string, Reader<unknown>>>;
type Read<M extends Members> = { readonly [K in keyof M]: Exclude<ReturnType<M[K]>, undefined> };

/** Minus zero, which JSON can say, is read as zero. */
export const integer =
  (least: number, most: number): Reader<number> =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value + 0 : undefined;

/** A text of 1 to `longest` UTF-16 units. */
export const text =
  (longest: number, pattern?: RegExp): Reader<string> =>
  (value) =>
    typeof value === 'string' && value.length > 0 && value.length <= longest && (pattern?.test(value) ?? true) ? value : undefined;

export const oneOf =
  <T extends string>(...values: readonly T[]): Reader<T> =>
  (value) =>
    values.find((one) => one === value);

/** Null, absent, or what the reader reads. */
export const optional =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value) =>
    value === undefined || value === null ? null : reader(value);

export const listOf =
  <T>(most: number, reader: Reader<T>): Reader<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > most) return undefined;
    const items: T[] = [];
    for (const one of value as readonly unknown[]) {
      const item = reader(one);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  };

/** The value of a parser where a member is asked for. */
export const nested =
  <T>(parser: Parser<T>): Reader<T> =>
  (value) => {
    const result = parser(value);
    return result.ok ? result.value : undefined;
  };

/** An object with these members. Others are left out of the result: members may be added by newer ends. */
export const object =
  <M extends Members>(members: M): Parser<Read<M>> =>
  (value) => {
    if (!isRecord(value)) return failure({ code: 'not-an-object' });
    const read: Record<string, unknown> = {};
    for (const [member, reader] of Object.entries(members)) {
      const item = reader(Object.hasOwn(value, member) ? value[member] : undefined);
      if (item === undefined) return failure({ code: 'bad-member', member });
      read[member] = item;
    }
    return success(read as Read<M>);
  };

/** One of several objects, told apart by their member "type". */
export const union =
  <T extends { readonly type: string }>(kinds: { readonly [K in T['type']]: Parser<Omit<Extract<T, { type: K }>, 'type'>> }): Parser<T> =>
  (value) => {
    if (!isRecord(value)) return failure({ code: 'not-an-object' });
    const type = Object.hasOwn(value, 'type') ? value['type'] : undefined;
    if (typeof type !== 'string' || !Object.hasOwn(kinds, type)) return failure({ code: 'unknown-type' });
    const result = kinds[type as T['type']](value);
    return result.ok ? success({ type, ...result.value } as unknown as T) : result;
  };

/** JSON of at most `longest` UTF-16 units. */
export const json =
  <T>(longest: number, parser: Parser<T>) =>
  (message: string): Result<T, Malformed> => {
    if (message.length > longest) return failure({ code: 'too-long' });
    let value: unknown;
    try {
      value = JSON.parse(message);
    } catch {
      return failure({ code: 'not-json' });
    }
    return parser(value);
  };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
