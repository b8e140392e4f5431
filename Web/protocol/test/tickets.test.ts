import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dtlsFingerprint, parseTicketClaims, parseTicketHeader } from '../src/index.js';

const hex = 'ab'.repeat(32);
const line = `a=fingerprint:sha-256 ${hex.toUpperCase().replace(/(..)(?=.)/g, '$1:')}`;

test('the fingerprint of a description is found in session and media part', () => {
  assert.equal(dtlsFingerprint(`v=0\r\n${line}\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`), hex);
  assert.equal(dtlsFingerprint(`v=0\nm=x\n${line}\n`), hex);
  assert.equal(dtlsFingerprint(`${line}\r\nm=x\r\n${line}\r\n`), hex);
});

test('a description with no, several or other fingerprints has none', () => {
  assert.equal(dtlsFingerprint('v=0\r\n'), undefined);
  assert.equal(dtlsFingerprint(`${line}\r\n${line.replace('AB', 'CD')}\r\n`), undefined);
  assert.equal(dtlsFingerprint(line.replace('sha-256', 'sha-1')), undefined);
  assert.equal(dtlsFingerprint(`${line}\r\n${line.replace('sha-256', 'sha-512')}\r\n`), undefined);
  assert.equal(dtlsFingerprint(`x${line}`), undefined);
  assert.equal(dtlsFingerprint(line.slice(0, -1)), undefined);
});

test('any text has a fingerprint of 64 digits or none', () => {
  const pieces = fc.constantFrom('a=fingerprint:', 'sha-256 ', 'AB:', 'ab', '\r\n', '\n', ' ', line, hex);
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      assert.match(dtlsFingerprint(parts.join('')) ?? hex, /^[0-9a-f]{64}$/);
    }),
    { numRuns: 1000 },
  );
});

test('only ES256 is an algorithm', () => {
  assert.equal(parseTicketHeader({ alg: 'ES256', kid: 'k1' }).ok, true);
  for (const alg of ['none', 'HS256', 'es256', '', null, ['ES256']]) assert.equal(parseTicketHeader({ alg, kid: 'k1' }).ok, false);
});

test('claims are a task, a volume, a viewer, a certificate and two times', () => {
  const claims = { aud: 'eventtorrent-node', sub: 'v1', task: 'a'.repeat(40), volume: 'home', dtls: hex, iat: 1, exp: 2 };

  assert.deepEqual(parseTicketClaims(claims), { ok: true, value: claims });
  for (const wrong of [{ task: '../x' }, { task: 'A'.repeat(40) }, { volume: '..' }, { dtls: hex.slice(1) }, { exp: 1.5 }, { aud: 'other' }, { sub: '' }]) {
    const [member] = Object.keys(wrong);
    assert.deepEqual(parseTicketClaims({ ...claims, ...wrong }), { ok: false, error: { code: 'bad-member', member } });
  }
});
