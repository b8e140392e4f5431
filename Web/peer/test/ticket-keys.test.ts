import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, suite, test } from 'node:test';
import fc from 'fast-check';
import { Log } from '../src/log.js';
import { TicketKeys } from '../src/ticket-keys.js';
import { claimsOf, Mint, part, writeKeys } from './support/tickets.js';

suite('tickets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventtorrent-keys-'));
  const file = join(folder, 'keys.json');
  const mint = new Mint('k1');
  const other = new Mint('k2');
  const start = 1_800_000_000_000;
  let now = start;
  let lines: string[] = [];
  let keys: TicketKeys;

  const outcome = (ticket: string): string => {
    const verified = keys.verify(ticket);
    return verified.ok ? 'good' : verified.error;
  };

  beforeEach(async () => {
    now = start;
    lines = [];
    writeKeys(file, mint);
    keys = new TicketKeys(file, { unix: () => now, monotonic: () => now }, new Log('debug', (line) => lines.push(line)));
    await keys.refresh();
  });
  after(() => rmSync(folder, { recursive: true }));

  test('a ticket gives its claims until it is over', () => {
    const claims = claimsOf(now);
    const verified = keys.verify(mint.sign(claims));
    assert.ok(verified.ok);
    assert.deepEqual(verified.value.claims, claims);

    now = claims.exp * 1000 - 1;
    assert.equal(keys.isGood(verified.value), true);
    now += 1;
    assert.equal(keys.isGood(verified.value), false);
    assert.equal(outcome(mint.sign(claims)), 'ticket-expired');
  });

  test('a ticket that lives too long or comes from the future is none', () => {
    const iat = Math.floor(now / 1000);

    assert.equal(outcome(mint.sign(claimsOf(now, { exp: iat + 601 }))), 'ticket-invalid');
    assert.equal(outcome(mint.sign(claimsOf(now, { iat: iat + 31, exp: iat + 100 }))), 'ticket-invalid');
    assert.equal(outcome(mint.sign(claimsOf(now, { iat: iat + 30, exp: iat + 100 }))), 'good');
  });

  test('only a key of the file signs', () => {
    assert.equal(outcome(other.sign(claimsOf(now))), 'ticket-invalid');
    assert.equal(outcome(other.sign(claimsOf(now), { alg: 'ES256', kid: 'k1' })), 'ticket-invalid');
  });

  test('no other algorithm, and none at all, is taken', () => {
    const claims = part(claimsOf(now));
    for (const alg of ['none', 'None', 'HS256', 'RS256', 'ES384']) {
      const header = part({ alg, kid: 'k1' });
      const mac = createHmac('sha256', JSON.stringify(mint.jwk)).update(`${header}.${claims}`).digest('base64url');
      assert.equal(outcome(`${header}.${claims}.`), 'ticket-invalid');
      assert.equal(outcome(`${header}.${claims}.${mac}`), 'ticket-invalid');
      assert.equal(outcome(mint.sign(claimsOf(now), { alg, kid: 'k1' })), 'ticket-invalid');
    }
  });

  test('claims that were changed under the signature are refused', () => {
    const [header, , signature] = mint.sign(claimsOf(now)).split('.');

    assert.equal(outcome(`${header}.${part(claimsOf(now, { task: 'b2'.repeat(20) }))}.${signature}`), 'ticket-invalid');
  });

  test('a well-signed ticket with claims of another kind is refused', () => {
    for (const claims of [{}, [], 'x', { ...claimsOf(now), aud: 'someone' }, { ...claimsOf(now), task: '../../etc' }, { ...claimsOf(now), exp: '9' }]) {
      assert.equal(outcome(mint.sign(Object(claims) as object)), 'ticket-invalid');
    }
  });

  test('no damage to a ticket leaves it good', () => {
    const ticket = mint.sign(claimsOf(now));
    fc.assert(
      fc.property(fc.nat(ticket.length - 1), fc.constantFrom('A', 'b', '.', '-', '', 'é', '=='), (at, scrap) => {
        const damaged = ticket.slice(0, at) + scrap + ticket.slice(at + 1);
        const read = (text: string): string => text.split('.').map((one) => Buffer.from(one, 'base64url').toString('hex')).join('.');
        // Base64url has several spellings for the same bytes: that is the same ticket.
        fc.pre(read(damaged) !== read(ticket));
        assert.equal(outcome(damaged), 'ticket-invalid');
      }),
      { numRuns: 1000 },
    );
  });

  test('keys change while the node runs: a new one is taken beside the old, an old one is taken away', async () => {
    const early = keys.verify(mint.sign(claimsOf(now)));
    assert.ok(early.ok);

    writeKeys(file, mint, other);
    await keys.refresh();
    assert.equal(outcome(mint.sign(claimsOf(now))), 'good');
    assert.equal(outcome(other.sign(claimsOf(now))), 'good');
    assert.equal(keys.isGood(early.value), true);

    writeKeys(file, other);
    await keys.refresh();
    assert.equal(outcome(mint.sign(claimsOf(now))), 'ticket-invalid');
    assert.equal(keys.isGood(early.value), false);
  });

  test('another key under the same name ends the tickets of the first', async () => {
    const early = keys.verify(mint.sign(claimsOf(now)));
    assert.ok(early.ok);

    writeKeys(file, new Mint('k1'));
    await keys.refresh();

    assert.equal(keys.isGood(early.value), false);
  });

  test('a broken file changes nothing and is said once', async () => {
    const off = Buffer.alloc(32, 1).toString('base64url');
    const broken = {
      'not-json': '{"keys":', 'bad-member': '{"keys":[{"kty":"RSA"}]}', 'no-keys': '{"keys":[]}', 'too-long': ' '.repeat(70_000),
      'not-on-curve': JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-256', kid: 'k1', x: off, y: off }] }),
    };
    for (const [reason, content] of Object.entries(broken)) {
      writeFileSync(file, content);
      assert.equal(await keys.refresh(), reason);
      await keys.refresh();
      assert.equal(outcome(mint.sign(claimsOf(now))), 'good');
    }
    rmSync(file);
    assert.equal(await keys.refresh(), 'ENOENT');
    await keys.refresh();

    assert.equal(lines.filter((line) => line.includes('ticket-keys-refused')).length, 6);
  });
});
