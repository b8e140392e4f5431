import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, parseOfferResult, parseSignalFromNode, parseSignalToNode, readIceServers, signalErrors } from '../src/index.js';

const session = 'signaling-1.Zm9vYmFy';
const iceServers = [
  { urls: ['stun:192.0.2.1:3478'], username: null, credential: null },
  { urls: ['turn:192.0.2.1:3478?transport=udp'], username: '1764100000:v', credential: 'c2VjcmV0' },
];

test('signals are read as they were said', () => {
  for (const signal of [
    { type: 'offer', session, sdp: 'v=0', ticket: 'a.b.c', iceServers },
    { type: 'candidate', session, candidate: 'candidate:1 1 UDP 1 192.0.2.1 9 typ host', mid: '0' },
    { type: 'bye', session },
  ]) {
    assert.deepEqual(parseSignalToNode(signal), { ok: true, value: signal });
  }
  for (const code of Object.keys(signalErrors)) {
    assert.deepEqual(parseSignalFromNode({ type: 'error', session, code }), { ok: true, value: { type: 'error', session, code } });
  }
});

test('a signal that is too large, without a session or of no kind is refused', () => {
  const candidate = { type: 'candidate', session, candidate: 'x', mid: '0' };

  assert.deepEqual(parseSignalToNode({ ...candidate, candidate: 'x'.repeat(limits.candidateLength + 1) }), {
    ok: false,
    error: { code: 'bad-member', member: 'candidate' },
  });
  assert.deepEqual(parseSignalToNode({ ...candidate, session: 'a b' }), { ok: false, error: { code: 'bad-member', member: 'session' } });
  assert.deepEqual(parseSignalFromNode({ type: 'error', session, code: 'toString' }), { ok: false, error: { code: 'bad-member', member: 'code' } });
  assert.deepEqual(parseSignalToNode({ type: 'answer', session, sdp: 'v=0' }), { ok: false, error: { code: 'unknown-type' } });
  assert.deepEqual(parseSignalToNode('bye'), { ok: false, error: { code: 'not-an-object' } });
});

test('an offer is accepted with a session or refused with a reason', () => {
  for (const result of [{ type: 'accepted', session }, { type: 'refused', code: 'node-offline' }]) {
    assert.deepEqual(parseOfferResult(result), { ok: true, value: result });
  }
  assert.equal(parseOfferResult({ type: 'accepted' }).ok, false);
  assert.equal(parseOfferResult({ type: 'refused', code: 'because' }).ok, false);
});

test('servers are STUN or TURN, and few', () => {
  assert.deepEqual(readIceServers(iceServers), iceServers);
  assert.equal(readIceServers([{ urls: ['http://192.0.2.1/'] }]), undefined);
  assert.equal(readIceServers(Array.from({ length: limits.iceServers + 1 }, () => ({ urls: ['stun:192.0.2.1'] }))), undefined);
});
