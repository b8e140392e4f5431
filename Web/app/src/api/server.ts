import type { Reader } from '@eventtorrent/protocol';
import { readProblem } from './task.js';

/** How long an answer may take: a server that is slower is as good as away, and whoever waits is told. */
const patienceMs = 30_000;

/** Why a request was refused: what the server says, or undefined when it does not answer or says nothing that can be read. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly detail: string | undefined, readonly status?: number) {
    super(detail ?? 'no answer');
  }
}

/** Rejects with Refused. */
export async function ask<T>(path: string, reader: Reader<T>, options: RequestInit = {}): Promise<T> {
  return (await askFully(path, reader, options)).answer;
}

/** The same with the status, where several mean that it was done. */
export async function askFully<T>(path: string, reader: Reader<T>, options: RequestInit = {}): Promise<{ readonly status: number; readonly answer: T }> {
  const { status, body } = await send(path, options);
  const answer = reader(body);
  if (answer === undefined) throw new Refused(undefined, status);
  return { status, answer };
}

/** For what has no answer but that it was done. */
export async function tell(path: string, options: RequestInit): Promise<void> {
  await send(path, options);
}

/** For a health check, whose answer at 503 says what is wrong. Rejects with Refused. */
export async function askAnyStatus<T>(path: string, reader: Reader<T>): Promise<T> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(patienceMs) });
    const answer = reader(await response.json());
    if (answer !== undefined) return answer;
  } catch {
    // Said below.
  }
  throw new Refused(undefined);
}

async function send(path: string, options: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> {
  let body: unknown;
  let response: Response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(patienceMs), ...options });
    body = response.status === 204 ? null : await response.json();
  } catch {
    throw new Refused(undefined);
  }
  if (response.ok) return { status: response.status, body };
  const problem = readProblem(body);
  throw new Refused(problem?.detail ?? problem?.title ?? undefined, response.status);
}
