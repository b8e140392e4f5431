import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Demand } from '../src/demand.js';
import { Throughput } from '../src/throughput.js';

suite('throughput', () => {
  const feed = (meter: Throughput, from: number, to: number, bytesPerSecond: number): void => {
    for (let at = from + 10; at <= to; at += 10) meter.add(bytesPerSecond / 100, at);
  };

  test('pauses between transfers do not count', () => {
    const meter = new Throughput();
    for (let at = 1000; at < 100_000; at += 10_000) {
      meter.begin(at);
      feed(meter, at, at + 2000, 500_000);
      meter.end(at + 2000);
    }

    const { bytesPerSecond, busyMs } = meter.measure(1_000_000);

    assert.ok(Math.abs(bytesPerSecond - 500_000) < 5000, `${bytesPerSecond}`);
    assert.ok(busyMs > 4000 && busyMs <= 5100, `${busyMs}`);
  });

  test('two transfers at once share what comes, and a wait within counts', () => {
    const meter = new Throughput();
    meter.begin(0);
    meter.begin(0);
    feed(meter, 0, 1000, 600_000);
    meter.end(1000);
    meter.end(2000);

    const { bytesPerSecond } = meter.measure(9000);

    assert.ok(bytesPerSecond > 250_000 && bytesPerSecond < 300_000, `${bytesPerSecond}`);
  });

  test('what was long ago counts less and less, and nothing after a restart', () => {
    const meter = new Throughput();
    meter.begin(0);
    feed(meter, 0, 30_000, 1_000_000);
    feed(meter, 30_000, 50_000, 100_000);
    assert.ok(Math.abs(meter.measure(50_000).bytesPerSecond - 100_000) < 25_000);

    meter.restart(50_000);

    assert.deepEqual(meter.measure(50_000), { bytesPerSecond: 0, busyMs: 0 });
    feed(meter, 50_000, 51_000, 200_000);
    assert.ok(Math.abs(meter.measure(51_000).bytesPerSecond - 200_000) < 2000);
  });
});

suite('what playing takes', () => {
  test('is the largest of the last few segments of each track, together', () => {
    const demand = new Demand();
    for (const bytes of [9_000_000, 400_000, 2_000_000, 400_000, 800_000]) demand.note({ track: 'main', seconds: 4 }, bytes);
    for (const bytes of [64_000, 60_000]) demand.note({ track: 'audio', seconds: 4 }, bytes);

    assert.equal(demand.bytesPerSecond, 500_000 + 16_000);
  });

  test('is nothing without segments, or of segments without a length', () => {
    const demand = new Demand();
    demand.note({ track: 'main', seconds: 0 }, 1000);
    demand.note({ track: 'main', seconds: Number.NaN }, 1000);

    assert.equal(demand.bytesPerSecond, 0);
  });
});
