export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];
type Values = Readonly<Record<string, string | number | boolean | null>>;

/** One JSON object a line: time, level, event and values. No ticket, key, SDP or address goes in. */
export class Log {
  readonly #least: number;
  readonly #write: (line: string) => void;

  constructor(least: LogLevel, write: (line: string) => void) {
    this.#least = logLevels.indexOf(least);
    this.#write = write;
  }

  debug(event: string, values: Values = {}): void {
    this.#say('debug', event, values);
  }

  info(event: string, values: Values = {}): void {
    this.#say('info', event, values);
  }

  warn(event: string, values: Values = {}): void {
    this.#say('warn', event, values);
  }

  error(event: string, values: Values = {}): void {
    this.#say('error', event, values);
  }

  #say(level: LogLevel, event: string, values: Values): void {
    if (logLevels.indexOf(level) < this.#least) return;
    this.#write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...values })}\n`);
  }
}

/** What may be logged of something that was thrown: its code or its message, cut. */
export const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return 'unknown';
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.message.slice(0, 200);
};
