// Keeps the public keys of tickets in a file for the node beside it: fetch-ticket-keys.mjs URL FILE. It never ends by itself.
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 60_000;
const retryMs = 2_000;
const mostBytes = 64 * 1024;
const [url, file] = process.argv.slice(2);
if (url === undefined || file === undefined) {
  process.stderr.write('usage: fetch-ticket-keys.mjs URL FILE\n');
  process.exit(2);
}
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

for (;;) {
  let next = everyMs;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), redirect: 'error' });
    const text = answer.ok ? await answer.text() : '';
    // What is no key set never takes the place of one.
    if (text.length > mostBytes || !Array.isArray(JSON.parse(text).keys)) throw new Error('no key set');
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  } catch (thrown) {
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level: 'warn', event: 'ticket-keys-not-fetched', reason: String(thrown.message) })}\n`);
    next = retryMs;
  }
  await pause(next);
}
