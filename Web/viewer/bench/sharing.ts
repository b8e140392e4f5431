import { limits } from '@eventtorrent/protocol';
import { TestViewer } from '@eventtorrent/peer/test/test-viewer.js';
import { NodeProcess } from './node-process.js';
import type { Report } from './report.js';

const viewers = 8;
const seconds = 6;

/** Eight viewers with one to eight requests each, on loopback: with a limited uplink, and as fast as it goes. */
export async function sharing(report: Report): Promise<void> {
  report.line(`${viewers} viewers with 1 to ${limits.requests} requests each, ${seconds} s`);
  const fairnesses: number[] = [];
  const rows: (string | number)[][] = [['uplink', 'MB', 'least / most', 'node MiB before', 'and after']];
  for (const [name, uplinkBytesPerSecond] of [['4 MB/s', 4e6], ['not limited', 0]] as const) {
    const node = await NodeProcess.start({ uplinkBytesPerSecond }, 8e6);
    const before = node.residentBytes;
    const asking = await Promise.all(Array.from({ length: viewers }, (_, at) => TestViewer.connect(node, { claims: { sub: `viewer-${at}` } })));
    const end = performance.now() + seconds * 1000;
    const ask = async (viewer: TestViewer): Promise<void> => {
      while (performance.now() < end) await viewer.ask('large.ts').received;
    };
    for (const [at, viewer] of asking.entries()) for (let request = 0; request <= at; request++) ask(viewer).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const shares = asking.map(({ frames }) => frames.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
    const fairness = Math.min(...shares) / Math.max(...shares);
    rows.push([name, shares.reduce((sum, share) => sum + share, 0).toFixed(1), fairness.toFixed(2), mib(before), mib(node.residentBytes)]);
    fairnesses.push(fairness);
    for (const viewer of asking) viewer.close();
    await node.stop();
  }
  report.table(rows);
  report.figure('eight viewers with 1 to 8 requests, least share to the greatest, in the worst case', Math.min(...fairnesses), 2);
}

export const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
