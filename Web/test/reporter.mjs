/** Prints failed and skipped tests for people, and last "passed failed skipped", as scripts/trx.awk does for the other tests. */
export default async function* report(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  // By file: what has begun and not ended, so that a file that is ended at its time limit says where it was.
  const begun = new Map();
  for await (const { type, data } of events) {
    const names = begun.get(data?.file) ?? begun.set(data?.file, new Set()).get(data?.file);
    if (type === 'test:dequeue' && data.name !== data.file) names.add(data.name);
    if (type === 'test:complete') names.delete(data.name);
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
      if (data.name === data.file && names.size > 0) yield `    at work: ${[...names].join(', ')}\n`;
    }
  }
  yield `${counts.passed} ${counts.failed} ${counts.skipped}\n`;
}
