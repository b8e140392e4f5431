import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConnectionCount } from '../src/connection-count.js';

const needed = 375_000;
const busyMs = 5000;

suite('how many connections', () => {
  const after = (count: ConnectionCount, seconds: number, bytesPerSecond: number): number => {
    for (let second = 0; second < seconds; second++) count.decide((now += 1000), { bytesPerSecond, busyMs }, needed);
    return count.value;
  };
  let now = 0;

  test('one is enough for one and a half times of what is played', () => {
    assert.equal(after(new ConnectionCount(), 600, needed * 1.5), 1);
  });

  test('as many are tried as it takes, and four at most', () => {
    assert.equal(after(new ConnectionCount(), 1, needed * 1.4), 2);
    assert.equal(after(new ConnectionCount(), 1, needed * 0.51), 3);
    assert.equal(after(new ConnectionCount(), 1, needed * 0.1), 4);
    assert.equal(after(new ConnectionCount(), 1, 0), 4);
  });

  test('nothing is changed before there is something to go by', () => {
    const count = new ConnectionCount();

    assert.equal(count.decide(now, { bytesPerSecond: 1, busyMs: 1999 }, needed), 1);
    assert.equal(count.decide(now, { bytesPerSecond: 1, busyMs }, 0), 1);
  });

  test('those that help stay', () => {
    const count = new ConnectionCount();
    assert.equal(after(count, 1, needed), 2);

    assert.equal(after(count, 600, needed * 1.9), 2);
  });

  test('those that bring nothing go again, and are tried again after longer and longer rests', () => {
    const count = new ConnectionCount();
    const tries: number[] = [];
    for (let second = 0, before = 1; second < 3600; second++) {
      const value = after(count, 1, needed);
      if (value > before) tries.push(second);
      before = value;
    }

    const rests = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    assert.deepEqual(rests, [61, 121, 241, 481, 601, 601, 601, 601]);
    assert.equal(after(count, 1, needed), 1);
  });

  test('with plenty for half a minute there is one fewer, down to one', () => {
    const count = new ConnectionCount();
    after(count, 1, needed * 0.1);
    after(count, 29, needed * 8);
    assert.equal(count.value, 4);

    assert.equal(after(count, 31, needed * 8), 3);
    assert.equal(after(count, 300, needed * 8), 1);
  });

  test('plenty for a moment changes nothing', () => {
    const count = new ConnectionCount();
    after(count, 1, needed * 0.1);

    for (let round = 0; round < 20; round++) {
      after(count, 25, needed * 8);
      after(count, 1, needed * 1.6);
    }

    assert.equal(count.value, 4);
  });

  test('one that can not be opened is not missed', () => {
    const count = new ConnectionCount();
    assert.equal(after(count, 1, needed * 0.1), 4);

    assert.equal(count.giveUp(now), 1);
    assert.equal(after(count, 59, needed * 0.1), 1);
    assert.equal(after(count, 1, needed * 0.1), 4);
  });
});
