import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { limits } from '@eventtorrent/protocol';
import { systemClock } from '../src/clock.js';
import { Log } from '../src/log.js';
import { Metrics } from '../src/metrics.js';
import { StreamFiles } from '../src/stream-files.js';
import { TicketKeys } from '../src/ticket-keys.js';
import type { Channel, ChannelEvents } from '../src/transport.js';
import { Uplink } from '../src/uplink.js';
import { ViewerChannel } from '../src/viewer-channel.js';
import { claimsOf, Mint, writeKeys } from './support/tickets.js';

/** The transport of a viewer that asks and never reads: no library of ours can be made to, as each reads whatever comes. */
class Unread implements Channel {
  readonly label = 'unread';
  readonly said: string[] = [];
  events: ChannelEvents | undefined;
  #bytes = 0;

  buffered(): number {
    return this.#bytes;
  }

  sendText(message: string): void {
    this.said.push(message);
    this.#bytes += message.length;
  }

  sendBinary(bytes: Uint8Array): void {
    this.#bytes += bytes.byteLength;
  }

  listen(events: ChannelEvents): void {
    this.events = events;
  }
}

test('a viewer that asks and does not read is closed before its answers are a burden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-unread-'));
  const [mint, metrics, log] = [new Mint('k1'), new Metrics(), new Log('error', () => undefined)];
  // A second passes with every message, so that it is not the number of messages that closes it.
  let now = 0;
  const clock = { unix: systemClock.unix, monotonic: (): number => (now += 1000) };
  const keys = new TicketKeys(join(folder, 'keys.json'), clock, log);
  writeKeys(join(folder, 'keys.json'), mint);
  await keys.refresh();
  const ticket = keys.verify(mint.sign(claimsOf(clock.unix())));
  assert.ok(ticket.ok);
  const channel = new Unread();
  let ended = false;
  new ViewerChannel(channel, ticket.value, { files: new StreamFiles(folder, log), keys, uplink: new Uplink(0, 0, clock), metrics, clock, log }, () => (ended = true));

  for (let n = 0; n < 100_000 && !ended; n++) channel.events?.text(JSON.stringify({ type: 'ping', n }));

  assert.equal(metrics.value('eventtorrent_peer_closed_total', 'slow'), 1);
  assert.ok(channel.buffered() <= 2 * limits.inFlightBytes + 1000, `${channel.buffered()}`);
  assert.equal(channel.said.at(-1), '{"type":"closing","code":"slow"}');
  rmSync(folder, { recursive: true });
});
