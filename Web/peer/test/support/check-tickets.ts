/*
 * The node's own check as a program, for tests of whoever mints tickets: the file of public keys, the seconds that the clock is put
 * forward, and a file with one ticket a line. Prints one line of JSON for each.
 */
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/clock.js';
import { Log } from '../../src/log.js';
import { TicketKeys } from '../../src/ticket-keys.js';

const [, , file = '', aheadSeconds = '0', tickets = ''] = process.argv;
const clock = { monotonic: systemClock.monotonic, unix: () => systemClock.unix() + Number(aheadSeconds) * 1000 };
const keys = new TicketKeys(file, clock, new Log('error', (line) => process.stderr.write(line)));
if ((await keys.refresh()) !== undefined) process.exit(1);
for (const ticket of readFileSync(tickets, 'utf8').trimEnd().split('\n')) {
  const checked = keys.verify(ticket);
  process.stdout.write(`${JSON.stringify(checked.ok ? { claims: checked.value.claims } : { error: checked.error })}\n`);
}
