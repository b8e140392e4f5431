import type { Reader } from '@eventtorrent/protocol';
import { readProblem } from './task.js';

/** Why a request was refused: what the server says, or undefined when it does not answer or says nothing that can be read. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly detail: string | undefined) {
    super(detail ?? 'no answer');
  }
}

/** Rejects with Refused. */
export async function ask<T>(path: string, reader: Reader<T>, options: RequestInit = {}): Promise<T> {
  const answer = reader(await send(path, options));
  if (answer === undefined) throw new Refused(undefined);
  return answer;
}

/** For what has no answer but that it was done. */
export async function tell(path: string, options: RequestInit): Promise<void> {
  await send(path, options);
}

async function send(path: string, options: RequestInit): Promise<unknown> {
  let body: unknown;
  let isGranted = false;
  try {
    const response = await fetch(path, options);
    isGranted = response.ok;
    body = response.status === 204 ? null : await response.json();
  } catch {
    throw new Refused(undefined);
  }
  if (isGranted) return body;
  const problem = readProblem(body);
  throw new Refused(problem?.detail ?? problem?.title ?? undefined);
}
