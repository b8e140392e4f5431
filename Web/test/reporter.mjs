/** Prints failed and skipped tests for people, and last "passed failed skipped", as scripts/trx.awk does for the other tests. */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    if (data.skip !== undefined || data.todo !== undefined) {
      counts.skipped++;
      yield `SKIPPED ${data.name}: ${data.skip || data.todo || 'no reason given'}\n`;
    } else if (type === 'test:pass') {
      counts.passed++;
    } else {
      counts.failed++;
      const { cause, exitCode, signal } = data.details.error;
      const end = exitCode === undefined ? '' : ` (the process ended with ${signal ?? `exit code ${exitCode}`})`;
      yield `FAILED ${data.name}${end}\n    ${String(cause?.stack ?? cause).replaceAll('\n', '\n    ')}\n`;
    }
  }
  yield `${counts.passed} ${counts.failed} ${counts.skipped}\n`;
}
