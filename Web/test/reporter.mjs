import { writeFileSync } from 'node:fs';

/**
 * Prints failed and skipped tests for people, and last "passed failed skipped", as scripts/trx.awk does for the other tests.
 * Files in which something failed are listed in the file that EVENTTORRENT_FAILED_FILES names, a line each: passed, failed, skipped, path.
 */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** What has begun and not ended, by file: it is asked for when a file is ended from outside. */
  const running = new Map();
  const byFile = new Map();
  for await (const { type, data } of events) {
    const { name, file } = data;
    const own = byFile.get(file) ?? byFile.set(file, { passed: 0, failed: 0, skipped: 0 }).get(file);
    const count = (outcome) => (counts[outcome]++, own[outcome]++);
    if (type === 'test:dequeue' && name !== file) running.set(file, [...(running.get(file) ?? []), name]);
    if (type === 'test:complete') running.set(file, (running.get(file) ?? []).filter((one) => one !== name));
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite fails with its tests, which are counted, or because of what is around them.
    if (data.details?.type === 'suite' && data.details.error?.failureType !== 'hookFailed') continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      count('skipped');
      yield `SKIPPED ${name}: ${data.skip || data.todo || 'no reason given'}\n`;
    } else if (type === 'test:pass') {
      count('passed');
    } else {
      count('failed');
      const { cause, exitCode, signal } = data.details.error;
      const end = exitCode === undefined ? '' : ` (the process ended with ${signal ?? `exit code ${exitCode}`})`;
      const where = name === file ? `\n    ${running.get(file)?.length > 0 ? `in: ${running.get(file).join(' > ')}` : 'in no test: something keeps the process, or it did not begin'}` : '';
      const why = cause?.cause ?? cause;
      yield `FAILED ${name}${end}${where}\n    ${String(why?.stack ?? why).replaceAll('\n', '\n    ')}\n`;
    }
  }
  const list = process.env.EVENTTORRENT_FAILED_FILES;
  const failed = [...byFile].filter(([, { failed }]) => failed > 0).map(([file, { passed, failed, skipped }]) => `${passed} ${failed} ${skipped} ${file}\n`);
  if (list !== undefined) writeFileSync(list, failed.join(''));
  yield `${counts.passed} ${counts.failed} ${counts.skipped}\n`;
}
