import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits, parseNodeMessage, parseViewerMessage, type Malformed } from '../src/index.js';
import { nodeMessages, viewerMessages } from './arbitraries.js';

const refused = (message: string): Malformed => {
  const result = parseViewerMessage(message);
  assert.ok(!result.ok, `taken: ${message}`);
  return result.error;
};

test('every message of a viewer is read back as it was written', () => {
  fc.assert(
    fc.property(viewerMessages, (message) => {
      assert.deepEqual(parseViewerMessage(JSON.stringify(message)), { ok: true, value: message });
    }),
  );
});

test('every message of a node is read back as it was written', () => {
  fc.assert(
    fc.property(nodeMessages, (message) => {
      assert.deepEqual(parseNodeMessage(JSON.stringify(message)), { ok: true, value: message });
    }),
  );
});

test('any JSON is a message or is refused by name', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const result = parseViewerMessage(text);
      assert.ok(result.ok || ['too-long', 'not-an-object', 'unknown-type', 'bad-member'].includes(result.error.code));
    }),
  );
});

test('members that this end does not know are left out', () => {
  fc.assert(
    fc.property(viewerMessages, fc.dictionary(fc.string().map((name) => `x${name}`), fc.jsonValue()), (message, more) => {
      const text = JSON.stringify({ ...more, ...message });
      fc.pre(text.length <= limits.viewerTextLength);
      assert.deepEqual(parseViewerMessage(text), { ok: true, value: message });
    }),
  );
});

test('a message one unit longer than the limit is not even parsed', () => {
  const text = JSON.stringify({ type: 'ping', n: 1 });

  assert.equal(parseViewerMessage(text.padEnd(limits.viewerTextLength)).ok, true);
  assert.deepEqual(refused(text.padEnd(limits.viewerTextLength + 1)), { code: 'too-long' });
});

test('what is wrong is named', () => {
  assert.deepEqual(refused('{"type":"get"'), { code: 'not-json' });
  assert.deepEqual(refused(''), { code: 'not-json' });
  assert.deepEqual(refused('null'), { code: 'not-an-object' });
  assert.deepEqual(refused('[]'), { code: 'not-an-object' });
  assert.deepEqual(refused('7'), { code: 'not-an-object' });
  assert.deepEqual(refused('{}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"type":"head"}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"type":["get"]}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"type":"cancel"}'), { code: 'bad-member', member: 'id' });
});

test('members of the prototype are no members', () => {
  assert.deepEqual(refused('{"type":"constructor"}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"type":"__proto__"}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"__proto__":{"type":"ping","n":1}}'), { code: 'unknown-type' });
  assert.deepEqual(refused('{"type":"ping","__proto__":{"n":1}}'), { code: 'bad-member', member: 'n' });
});

test('numbers outside their range are refused', () => {
  for (const id of ['0', '-0', '-1', '1.5', '4294967296', '1e400', '"1"', 'null', 'true', '[1]']) {
    assert.deepEqual(refused(`{"type":"cancel","id":${id}}`), { code: 'bad-member', member: 'id' });
  }
  for (const offset of ['-1', '0.5', '9007199254740992', '"0"']) {
    assert.deepEqual(refused(`{"type":"get","id":1,"file":0,"name":"a.ts","offset":${offset}}`), { code: 'bad-member', member: 'offset' });
  }
  assert.deepEqual(refused('{"type":"get","id":1,"file":10000,"name":"a.ts","offset":0}'), { code: 'bad-member', member: 'file' });
});

test('a name that is no name is read, to be answered; one without end is not', () => {
  assert.equal(parseViewerMessage('{"type":"get","id":1,"file":0,"name":"../x","offset":0}').ok, true);
  assert.deepEqual(refused(`{"type":"get","id":1,"file":0,"name":"${'a'.repeat(161)}","offset":0}`), { code: 'bad-member', member: 'name' });
  assert.deepEqual(refused('{"type":"get","id":1,"file":0,"name":"","offset":0}'), { code: 'bad-member', member: 'name' });
});
