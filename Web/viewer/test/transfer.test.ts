import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { NotTransferred, Transfer, type Stripe } from '../src/transfer.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A node without a network: answers for stripes as the real one does, and breaks off where it is told to. */
class Served {
  constructor(
    readonly content: Uint8Array,
    readonly etag = '1-1',
  ) {}

  head(stripe: Stripe): boolean {
    return stripe.transfer.onHead(stripe, { type: 'head', id: 1, size: this.content.byteLength, offset: stripe.offset, etag: this.etag });
  }

  bytes(stripe: Stripe, most: number): void {
    const payload = this.content.subarray(stripe.offset, Math.min(stripe.to, stripe.offset + most));
    if (payload.byteLength > 0) stripe.transfer.onBytes(stripe, payload);
  }

  end(stripe: Stripe, hash = sha256(this.content.subarray(stripe.from, stripe.to))): Promise<void> {
    return stripe.transfer.onEnd(stripe, hash);
  }

  async whole(stripe: Stripe): Promise<void> {
    if (stripe.from > this.content.byteLength) return assert.ok(stripe.transfer.refuse(stripe));
    assert.ok(this.head(stripe));
    this.bytes(stripe, Infinity);
    await this.end(stripe);
  }
}

const failure = (transfer: Transfer): Promise<string> =>
  transfer.done.then(
    () => 'whole',
    (thrown: unknown) => (thrown instanceof NotTransferred ? thrown.code : String(thrown)),
  );
const take = (transfer: Transfer, bytes = 1000, most = 8, mostBeforeSize = 4): Stripe => {
  const stripe = transfer.take(bytes, most, mostBeforeSize);
  assert.ok(stripe !== undefined);
  return stripe;
};

suite('a transfer', () => {
  test('is whole when its stripes are, in whatever order they come', async () => {
    const served = new Served(randomBytes(3500));
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    const stripes = [0, 1, 2, 3].map(() => take(transfer));
    assert.equal(transfer.take(1000, 8, 4), undefined);

    for (const stripe of stripes.reverse()) await served.whole(stripe);

    assert.deepEqual(await transfer.done, new Uint8Array(served.content));
  });

  test('of a size that nobody knew asks for no more than there is', async () => {
    for (const size of [0, 1, 999, 1000, 1001, 4000]) {
      const served = new Served(randomBytes(size));
      const transfer = new Transfer(0, 'a.ts', () => undefined);
      const early = [0, 1, 2].map(() => take(transfer));
      for (const stripe of early.slice(1)) if (stripe.from > size) assert.ok(transfer.refuse(stripe));
      await served.whole(early[0] ?? assert.fail());
      for (const stripe of early.slice(1)) if (stripe.from <= size) await served.whole(stripe);
      for (let stripe = transfer.take(1000, 8, 4); stripe !== undefined; stripe = transfer.take(1000, 8, 4)) await served.whole(stripe);

      assert.deepEqual(await transfer.done, new Uint8Array(served.content), `${size}`);
    }
  });

  test('ends when the last that is missing was beyond the end', async () => {
    const served = new Served(randomBytes(10));
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    const [first, second] = [take(transfer), take(transfer)];
    await served.whole(first);

    assert.ok(transfer.refuse(second));

    assert.deepEqual(await transfer.done, new Uint8Array(served.content));
  });

  test('goes on at the byte when a connection is lost', async () => {
    const served = new Served(randomBytes(1500));
    const progress: number[] = [];
    const transfer = new Transfer(0, 'a.ts', ({ received }) => progress.push(received));
    const stripe = take(transfer);
    served.head(stripe);
    served.bytes(stripe, 700);

    transfer.giveBack(stripe);

    const again = take(transfer);
    assert.deepEqual([again.from, again.to, again.offset], [0, 1000, 700]);
    await served.whole(again);
    await served.whole(take(transfer));
    assert.deepEqual(await transfer.done, new Uint8Array(served.content));
    assert.deepEqual(progress, [...progress].sort((one, other) => one - other));
  });

  test('asks again for a stripe whose hash is wrong, and gives up when that goes on', async () => {
    const served = new Served(randomBytes(500));
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    const failed = failure(transfer);
    for (let times = 0; times < 3; times++) {
      const stripe = take(transfer);
      assert.equal(stripe.offset, 0);
      served.head(stripe);
      served.bytes(stripe, Infinity);
      await served.end(stripe, 'ab'.repeat(32));
    }

    assert.equal(await failed, 'broken');
  });

  test('notices that the file is another one, and begins again', async () => {
    const [old, fresh] = [new Served(randomBytes(2000)), new Served(randomBytes(1700), '2-2')];
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    await old.whole(take(transfer));
    const second = take(transfer);
    assert.equal(fresh.head(second), false);

    transfer.startAgain();

    assert.equal(transfer.etag, null);
    await old.end(second);
    await fresh.whole(take(transfer));
    await fresh.whole(take(transfer));
    assert.deepEqual(await transfer.done, new Uint8Array(fresh.content));
  });

  test('takes nothing that does not belong', async () => {
    const cases: ((transfer: Transfer, stripe: Stripe) => void)[] = [
      (transfer, stripe) => transfer.onBytes(stripe, new Uint8Array(1)),
      (transfer, stripe) => void transfer.onHead(stripe, { type: 'head', id: 1, size: 2 ** 40, offset: 0, etag: '1' }),
      (transfer, stripe) => void transfer.onHead(stripe, { type: 'head', id: 1, size: 10, offset: 3, etag: '1' }),
      (transfer, stripe) => {
        transfer.onHead(stripe, { type: 'head', id: 1, size: 2000, offset: 0, etag: '1' });
        transfer.onBytes(stripe, new Uint8Array(1001));
      },
      (transfer, stripe) => {
        transfer.onHead(stripe, { type: 'head', id: 1, size: 2000, offset: 0, etag: '1' });
        void transfer.onEnd(stripe, 'ab'.repeat(32));
      },
    ];
    const codes: string[] = [];
    for (const misbehave of cases) {
      const transfer = new Transfer(0, 'a.ts', () => undefined);
      const failed = failure(transfer);
      misbehave(transfer, take(transfer));
      codes.push(await failed);
      assert.equal(transfer.take(1000, 8, 4), undefined);
    }

    assert.deepEqual(codes, ['broken', 'too-large', 'broken', 'broken', 'broken']);
  });

  test('is whole whatever breaks on the way, and nothing is asked for twice that was there', async () => {
    const steps = fc.array(fc.record({ which: fc.nat(7), bytes: fc.integer({ min: 1, max: 900 }), breaks: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.nat(5000), fc.integer({ min: 200, max: 1500 }), steps, async (size, bytes, all) => {
        const served = new Served(randomBytes(size));
        const transfer = new Transfer(0, 'a.ts', () => undefined);
        const asked: Stripe[] = [];
        const heard = new Set<Stripe>();
        let sent = 0;
        const ask = (): void => {
          for (let stripe = transfer.take(bytes, 4, 2); stripe !== undefined; stripe = transfer.take(bytes, 4, 2)) asked.push(stripe);
        };
        const step = async (which: number, most: number, breaks: boolean): Promise<void> => {
          ask();
          const [stripe] = asked.splice(which % asked.length, 1);
          if (stripe === undefined) return;
          if (stripe.from > size) return assert.ok(transfer.refuse(stripe));
          if (!heard.has(stripe)) assert.ok(served.head(stripe));
          heard.add(stripe);
          const before = stripe.received;
          served.bytes(stripe, most);
          sent += stripe.received - before;
          if (stripe.offset === Math.min(stripe.to, size)) return served.end(stripe);
          if (breaks) {
            heard.delete(stripe);
            transfer.giveBack(stripe);
          } else {
            asked.push(stripe);
          }
        };

        for (const { which, bytes: most, breaks } of all) await step(which, most, breaks);
        for (let at = 0; at < 1000 && (ask(), asked.length > 0); at++) await step(0, Infinity, false);

        assert.deepEqual(await transfer.done, new Uint8Array(served.content));
        assert.equal(sent, size);
      }),
      { numRuns: 300 },
    );
  });
});
