import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { limits, type TicketClaims } from '@eventtorrent/protocol';
import { Refused, TestViewer } from '@eventtorrent/peer/test/test-viewer.js';
import { Mint } from '@eventtorrent/peer/test/tickets.js';
import { until, within } from '@eventtorrent/peer/test/waiting.js';
import { NodeProcess } from './node-process.js';
import type { Report } from './report.js';
import { mib } from './sharing.js';

const untilClosed = async (node: NodeProcess, misbehave: (viewer: TestViewer, closed: () => boolean) => void | Promise<void>): Promise<TestViewer> => {
  const viewer = await TestViewer.connect(node, { changeAnswer: (sdp) => sdp.replace(/a=max-message-size:\d+/, 'a=max-message-size:0') });
  let closed = false;
  void viewer.closed.then(() => (closed = true));
  try {
    await misbehave(viewer, () => closed);
  } catch {
    // It was closed while it still spoke.
  }
  await within('the channel closes', viewer.closed);
  viewer.close();
  return viewer;
};
const refusals = async (node: NodeProcess, times: number, ticket: (claims: TicketClaims) => string): Promise<string> => {
  const codes = new Set<string>();
  for (let time = 0; time < times; time++) {
    await TestViewer.connect(node, { ticket }).then(
      () => codes.add('connected'),
      (thrown: unknown) => codes.add(thrown instanceof Refused ? thrown.code : String(thrown)),
    );
  }
  return [...codes].join(', ');
};

/** Each says what became of it. */
const kinds: Readonly<Record<string, (node: NodeProcess) => Promise<string>>> = {
  '300 offers with a forged ticket': (node) => refusals(node, 300, (claims) => new Mint('k1').sign(claims)),
  '300 offers with an expired one': (node) => refusals(node, 300, (claims) => node.mint.sign({ ...claims, iat: claims.iat - 700, exp: claims.iat - 100 })),
  'a ticket of another task': async (node) => {
    const viewer = await TestViewer.connect(node, { claims: { task: 'b2'.repeat(20) } });
    const code = await viewer.refusal('large.ts');
    viewer.close();
    return code;
  },
  '100 names that are none, on each of 20 channels': async (node) => {
    const codes = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const viewer = await TestViewer.connect(node);
      for (let at = 0; at < 100; at++) codes.add(await viewer.refusal(['../x', '/etc/passwd', 'x.key', 'a/b.ts'][at % 4] ?? ''));
      viewer.close();
    }
    return [...codes].join(', ');
  },
  'a million requests at once': async (node) => {
    let said = 0;
    const viewer = await untilClosed(node, async (one, closed) => {
      for (let id = 1; id <= 1e6 && !closed(); id++) {
        one.say({ type: 'get', id, file: 0, name: 'large.ts', offset: 0 });
        said++;
        if (id % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });
    return `closed after ${said} were said; ${viewer.messages.filter(({ type }) => type === 'error' || type === 'head').length} answered`;
  },
  '5 messages of 50 MB': async (node) => {
    for (let time = 0; time < 5; time++) await untilClosed(node, (viewer) => viewer.sayText('x'.repeat(50_000_000)));
    return 'closed';
  },
  '50 channels of binary garbage': async (node) => {
    for (let time = 0; time < 50; time++) {
      await untilClosed(node, (viewer) => {
        for (let message = 0; message < 100; message++) viewer.sayBinary(randomBytes(60_000));
      });
    }
    return 'closed';
  },
  '4 viewers that stop reading': async (node) => {
    const children = Array.from({ length: 4 }, () =>
      fork(fileURLToPath(import.meta.resolve('@eventtorrent/peer/test/viewer-process.js')), [node.mint.secret, 'large.ts', String(limits.requests)]));
    for (const child of children) {
      child.on('message', ({ listen, say }: { readonly listen?: string; readonly say?: Parameters<NodeProcess['signaling']['say']>[0] }) => {
        if (listen !== undefined) node.signaling.listen(listen, (signal) => child.connected && child.send(signal));
        if (say !== undefined) node.signaling.say(say);
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 4000));
    for (const child of children) child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    for (const child of children) child.kill('SIGKILL');
    return 'waited for';
  },
};

/** What hostile viewers cost a node in memory: each kind one after another, against the same node. */
export async function hostiles(report: Report): Promise<void> {
  const node = await NodeProcess.start({}, 8e6);
  // What the first viewers bring with them: code, threads, buffers.
  for (let time = 0; time < 10; time++) {
    const viewer = await TestViewer.connect(node);
    await viewer.get('large.ts');
    viewer.close();
  }
  const rows: (string | number)[][] = [['hostile', 'MiB before', 'most', 'after', 'outcome']];
  for (const [name, run] of Object.entries(kinds)) {
    const before = node.residentBytes;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, node.residentBytes)), 20);
    const outcome = await run(node);
    clearInterval(watch);
    rows.push([name, mib(before), mib(most), mib(node.residentBytes), outcome]);
  }
  const good = await TestViewer.connect(node, { claims: { sub: 'good' } });
  await until('a good viewer is served', async () => (await good.refusal('large.ts')) === 'served');
  good.close();
  report.table(rows);
  await node.stop();
}
