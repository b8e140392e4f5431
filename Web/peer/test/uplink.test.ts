import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { TokenBucket } from '../src/token-bucket.js';
import { Uplink, type Lane } from '../src/uplink.js';
import { until } from './support/waiting.js';
import { systemClock } from '../src/clock.js';

/** A connection with so many frames ready. */
class Ready implements Lane {
  sent = 0;

  constructor(
    private frames: number,
    private readonly order: string[],
    private readonly name: string,
    private readonly bytes = 1000,
  ) {}

  sendFrame(): number {
    if (this.frames === 0) return 0;
    this.frames--;
    this.sent += this.bytes;
    this.order.push(this.name);
    return this.bytes;
  }
}

suite('uplink', () => {
  test('viewers take turns, whatever number of connections each has', () => {
    const uplink = new Uplink(0, 0, systemClock);
    const order: string[] = [];
    for (let lane = 0; lane < 4; lane++) uplink.add('many', new Ready(3, order, `many-${lane}`));
    uplink.add('one', new Ready(6, order, 'one'));

    uplink.pump();

    assert.equal(order.slice(0, 12).filter((name) => name === 'one').length, 6);
    assert.deepEqual(order.filter((name) => name !== 'one').slice(0, 4), ['many-0', 'many-1', 'many-2', 'many-3']);
    assert.equal(order.length, 18);
  });

  test('a viewer that left is not asked any more', () => {
    const uplink = new Uplink(0, 0, systemClock);
    const order: string[] = [];
    const lane = new Ready(3, order, 'gone');
    uplink.add('viewer', lane);
    uplink.remove('viewer', lane);
    uplink.remove('viewer', lane);

    uplink.pump();

    assert.deepEqual(order, []);
  });

  test('the whole keeps to its limit, and shares it fairly among the greedy', async () => {
    const bytesPerSecond = 2_000_000;
    const uplink = new Uplink(bytesPerSecond, 0, systemClock);
    const lanes = ['a', 'b', 'c', 'c', 'c'].map((viewer) => {
      const lane = new Ready(Infinity, [], viewer, 20_000);
      uplink.add(viewer, lane);
      return lane;
    });
    const from = performance.now();

    uplink.pump();
    await until('a megabyte is out', () => lanes.reduce((sum, { sent }) => sum + sent, 0) >= 1_000_000);
    uplink.stop();

    const seconds = (performance.now() - from) / 1000;
    const total = lanes.reduce((sum, { sent }) => sum + sent, 0);
    assert.ok(total <= bytesPerSecond * (seconds + 0.1) + 20_000, `${total} bytes in ${seconds} s`);
    const [a = 0, b = 0, ...c] = lanes.map(({ sent }) => sent);
    const shares = [a, b, c.reduce((sum, sent) => sum + sent, 0)];
    assert.ok(Math.max(...shares) - Math.min(...shares) <= 20_000, `${shares}`);
  });

  test('a viewer keeps to its limit and leaves the rest to others', async () => {
    const uplink = new Uplink(0, 1_000_000, systemClock);
    const lane = new Ready(50, [], 'a', 20_000);
    uplink.add('a', lane);
    const from = performance.now();

    uplink.pump();
    await until('all is out', () => lane.sent === 1_000_000);

    assert.ok(performance.now() - from >= 850, 'a megabyte, less the burst of a tenth and one frame, takes 0.88 s at least');
  });

  test('a bucket never gives more than its rate, its burst and one take', () => {
    const waits = fc.array(fc.record({ after: fc.integer({ min: 0, max: 2000 }), units: fc.integer({ min: 1, max: 500 }) }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 1000 }), waits, (rate, burst, takes) => {
        const bucket = new TokenBucket(rate, burst, 0);
        let now = 0;
        let taken = 0;
        for (const { after, units } of takes) {
          now += after;
          if (bucket.waitMs(now) > 0) continue;
          bucket.take(units);
          taken += units;
          assert.ok(taken <= burst + (rate * now) / 1000 + units + 0.001);
        }
      }),
    );
  });

  test('after the wait that a bucket names, something may be taken', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (rate, units) => {
        const bucket = new TokenBucket(rate, 1, 0);
        bucket.take(units);
        const wait = bucket.waitMs(0);
        assert.equal(bucket.waitMs(Math.ceil(wait) + 1), 0);
      }),
    );
  });
});
