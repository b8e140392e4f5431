import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Stripes } from '../src/stripes.js';

const needed = 375_000;
const busyMs = 5000;

suite('how many connections', () => {
  const after = (stripes: Stripes, seconds: number, bytesPerSecond: number): number => {
    for (let second = 0; second < seconds; second++) stripes.decide((now += 1000), { bytesPerSecond, busyMs }, needed);
    return stripes.count;
  };
  let now = 0;

  test('one is enough for one and a half times of what is played', () => {
    assert.equal(after(new Stripes(), 600, needed * 1.5), 1);
  });

  test('as many are tried as it takes, and four at most', () => {
    assert.equal(after(new Stripes(), 1, needed * 1.4), 2);
    assert.equal(after(new Stripes(), 1, needed * 0.51), 3);
    assert.equal(after(new Stripes(), 1, needed * 0.1), 4);
    assert.equal(after(new Stripes(), 1, 0), 4);
  });

  test('nothing is changed before there is something to go by', () => {
    const stripes = new Stripes();

    assert.equal(stripes.decide(now, { bytesPerSecond: 1, busyMs: 1999 }, needed), 1);
    assert.equal(stripes.decide(now, { bytesPerSecond: 1, busyMs }, 0), 1);
  });

  test('those that help stay', () => {
    const stripes = new Stripes();
    assert.equal(after(stripes, 1, needed), 2);

    assert.equal(after(stripes, 600, needed * 1.9), 2);
  });

  test('those that bring nothing go again, and are tried again after longer and longer rests', () => {
    const stripes = new Stripes();
    const tries: number[] = [];
    for (let second = 0, before = 1; second < 3600; second++) {
      const count = after(stripes, 1, needed);
      if (count > before) tries.push(second);
      before = count;
    }

    const rests = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    assert.deepEqual(rests, [61, 121, 241, 481, 601, 601, 601, 601]);
    assert.equal(after(stripes, 1, needed), 1);
  });

  test('with plenty for half a minute there is one fewer, down to one', () => {
    const stripes = new Stripes();
    after(stripes, 1, needed * 0.1);
    after(stripes, 29, needed * 8);
    assert.equal(stripes.count, 4);

    assert.equal(after(stripes, 31, needed * 8), 3);
    assert.equal(after(stripes, 300, needed * 8), 1);
  });

  test('plenty for a moment changes nothing', () => {
    const stripes = new Stripes();
    after(stripes, 1, needed * 0.1);

    for (let round = 0; round < 20; round++) {
      after(stripes, 25, needed * 8);
      after(stripes, 1, needed * 1.6);
    }

    assert.equal(stripes.count, 4);
  });

  test('one that can not be opened is not missed', () => {
    const stripes = new Stripes();
    assert.equal(after(stripes, 1, needed * 0.1), 4);

    assert.equal(stripes.giveUp(now), 1);
    assert.equal(after(stripes, 59, needed * 0.1), 1);
    assert.equal(after(stripes, 1, needed * 0.1), 4);
  });
});
