import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Ticket } from '../src/index.js';
import { TicketCache } from '../src/ticket-cache.js';

suite('tickets of a client', () => {
  let asked = 0;
  const lastingFor = (seconds: number) => (): Promise<Ticket> => {
    asked++;
    return Promise.resolve({ token: `ticket-${asked}`, expires: Date.now() / 1000 + seconds });
  };
  const four = (cache: TicketCache): Promise<string[]> => Promise.all([1, 2, 3, 4].map(async () => (await cache.get('dtls')).token));

  test('one is for all connections', async () => {
    asked = 0;
    const cache = new TicketCache(lastingFor(600));

    assert.equal(new Set(await four(cache)).size, 1);
    assert.equal(new Set(await four(cache)).size, 1);
    assert.equal(asked, 1);
  });

  test('one that is nearly over is followed by another, and so is one that the node does not take', async () => {
    asked = 0;
    const ending = new TicketCache(lastingFor(59));
    await ending.get('dtls');
    await ending.get('dtls');
    assert.equal(asked, 2);

    const refused = new TicketCache(lastingFor(600));
    const { token } = await refused.get('dtls');
    refused.forget();

    assert.notEqual((await refused.get('dtls')).token, token);
  });

  test('a server that does not answer is asked again by the next', async () => {
    let up = false;
    const cache = new TicketCache(() => (up ? lastingFor(600)() : Promise.reject(new Error('down'))));
    await assert.rejects(cache.get('dtls'), /down/);

    up = true;

    assert.match((await cache.get('dtls')).token, /^ticket-/);
  });
});
