/** Prints failed and skipped tests for people, and last "passed failed skipped", as scripts/trx.awk does for the other tests. */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  /** What has begun and not ended, by file: it is asked for when a file is ended from outside. */
  const running = new Map();
  for await (const { type, data } of events) {
    const { name, file } = data;
    if (type === 'test:dequeue' && name !== file) running.set(file, [...(running.get(file) ?? []), name]);
    if (type === 'test:complete') running.set(file, (running.get(file) ?? []).filter((one) => one !== name));
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite fails with its tests, which are counted, or because of what is around them.
    if (data.details?.type === 'suite' && data.details.error?.failureType !== 'hookFailed') continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      yield `SKIPPED ${name}: ${data.skip || data.todo || 'no reason given'}\n`;
    } else if (type === 'test:pass') {
      counts.passed++;
    } else {
      counts.failed++;
      const { cause, exitCode, signal } = data.details.error;
      const end = exitCode === undefined ? '' : ` (the process ended with ${signal ?? `exit code ${exitCode}`})`;
      const where = name === file ? `\n    ${running.get(file)?.length > 0 ? `in: ${running.get(file).join(' > ')}` : 'in no test: something keeps the process, or it did not begin'}` : '';
      const why = cause?.cause ?? cause;
      yield `FAILED ${name}${end}${where}\n    ${String(why?.stack ?? why).replaceAll('\n', '\n    ')}\n`;
    }
  }
  yield `${counts.passed} ${counts.failed} ${counts.skipped}\n`;
}
