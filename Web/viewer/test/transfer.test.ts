import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { NotTransferred, Transfer, type Part } from '../src/transfer.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A node without a network: answers for parts as the real one does, and breaks off where it is told to. */
class Served {
  constructor(
    readonly content: Uint8Array,
    readonly etag = '1-1',
  ) {}

  head(part: Part): boolean {
    return part.transfer.onHead(part, { type: 'head', id: 1, size: this.content.byteLength, offset: part.offset, etag: this.etag });
  }

  bytes(part: Part, most: number): void {
    const payload = this.content.subarray(part.offset, Math.min(part.to, part.offset + most));
    if (payload.byteLength > 0) part.transfer.onBytes(part, payload);
  }

  end(part: Part, hash = sha256(this.content.subarray(part.from, part.to))): Promise<void> {
    return part.transfer.onEnd(part, hash);
  }

  async whole(part: Part): Promise<void> {
    if (part.from > this.content.byteLength) return assert.ok(part.transfer.refuse(part));
    assert.ok(this.head(part));
    this.bytes(part, Infinity);
    await this.end(part);
  }
}

const failure = (transfer: Transfer): Promise<string> =>
  transfer.done.then(
    () => 'whole',
    (thrown: unknown) => (thrown instanceof NotTransferred ? thrown.code : String(thrown)),
  );
const take = (transfer: Transfer, bytes = 1000, most = 8, mostBeforeSize = 4): Part => {
  const part = transfer.take(bytes, most, mostBeforeSize);
  assert.ok(part !== undefined);
  return part;
};

suite('a transfer', () => {
  test('is whole when its parts are, in whatever order they come', async () => {
    const served = new Served(randomBytes(3500));
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    const parts = [0, 1, 2, 3].map(() => take(transfer));
    assert.equal(transfer.take(1000, 8, 4), undefined);

    for (const part of parts.reverse()) await served.whole(part);

    assert.deepEqual(await transfer.done, new Uint8Array(served.content));
  });

  test('of a size that nobody knew asks for no more than there is', async () => {
    for (const size of [0, 1, 999, 1000, 1001, 4000]) {
      const served = new Served(randomBytes(size));
      const transfer = new Transfer(0, 'a.ts', () => undefined);
      const early = [0, 1, 2].map(() => take(transfer));
      for (const part of early.slice(1)) if (part.from > size) assert.ok(transfer.refuse(part));
      await served.whole(early[0] ?? assert.fail());
      for (const part of early.slice(1)) if (part.from <= size) await served.whole(part);
      for (let part = transfer.take(1000, 8, 4); part !== undefined; part = transfer.take(1000, 8, 4)) await served.whole(part);

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
    const part = take(transfer);
    served.head(part);
    served.bytes(part, 700);

    transfer.giveBack(part);

    const again = take(transfer);
    assert.deepEqual([again.from, again.to, again.offset], [0, 1000, 700]);
    await served.whole(again);
    await served.whole(take(transfer));
    assert.deepEqual(await transfer.done, new Uint8Array(served.content));
    assert.deepEqual(progress, [...progress].sort((one, other) => one - other));
  });

  test('asks again for a part whose hash is wrong, and gives up when that goes on', async () => {
    const served = new Served(randomBytes(500));
    const transfer = new Transfer(0, 'a.ts', () => undefined);
    const failed = failure(transfer);
    for (let times = 0; times < 3; times++) {
      const part = take(transfer);
      assert.equal(part.offset, 0);
      served.head(part);
      served.bytes(part, Infinity);
      await served.end(part, 'ab'.repeat(32));
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
    const cases: ((transfer: Transfer, part: Part) => void)[] = [
      (transfer, part) => transfer.onBytes(part, new Uint8Array(1)),
      (transfer, part) => void transfer.onHead(part, { type: 'head', id: 1, size: 2 ** 40, offset: 0, etag: '1' }),
      (transfer, part) => void transfer.onHead(part, { type: 'head', id: 1, size: 10, offset: 3, etag: '1' }),
      (transfer, part) => {
        transfer.onHead(part, { type: 'head', id: 1, size: 2000, offset: 0, etag: '1' });
        transfer.onBytes(part, new Uint8Array(1001));
      },
      (transfer, part) => {
        transfer.onHead(part, { type: 'head', id: 1, size: 2000, offset: 0, etag: '1' });
        void transfer.onEnd(part, 'ab'.repeat(32));
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
        const asked: Part[] = [];
        const heard = new Set<Part>();
        let sent = 0;
        const ask = (): void => {
          for (let part = transfer.take(bytes, 4, 2); part !== undefined; part = transfer.take(bytes, 4, 2)) asked.push(part);
        };
        const step = async (which: number, most: number, breaks: boolean): Promise<void> => {
          ask();
          const [part] = asked.splice(which % asked.length, 1);
          if (part === undefined) return;
          if (part.from > size) return assert.ok(transfer.refuse(part));
          if (!heard.has(part)) assert.ok(served.head(part));
          heard.add(part);
          const before = part.received;
          served.bytes(part, most);
          sent += part.received - before;
          if (part.offset === Math.min(part.to, size)) return served.end(part);
          if (breaks) {
            heard.delete(part);
            transfer.giveBack(part);
          } else {
            asked.push(part);
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
