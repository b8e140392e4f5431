/* What our protocol takes of what a data channel gives: a file over one connection, against as many bytes of nothing. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { channelLabel, limits } from '@eventtorrent/protocol';
import { within } from '@eventtorrent/peer/test/waiting.js';
import type { BareHeard } from '@eventtorrent/peer/test/bare-node.js';
import type { Page as Tab } from 'playwright-core';
import { Chromium, type OpenPage } from '../test/support/browser.js';
import { cpuSecondsOf, NodeProcess } from './node-process.js';
import { median, spread, type Report } from './report.js';

const bytes = 40_000_000;
const rounds = 5;
const leastShare = 0.85;

type Measured = { readonly perSecond: number; readonly perCpuSecond: number };

async function measure(cpuSeconds: () => number, whole: () => Promise<unknown>): Promise<Measured> {
  const [from, cpuFrom] = [performance.now(), cpuSeconds()];
  await whole();
  const megabytes = bytes / 1e6;
  return { perSecond: (megabytes * 1000) / (performance.now() - from), perCpuSecond: megabytes / Math.max(0.01, cpuSeconds() - cpuFrom) };
}

/** Opens a connection of the browser's own to a bare node; each word over the channel brings the bytes once. */
async function openBare(tab: Tab, node: ChildProcess): Promise<() => Promise<unknown>> {
  const offer = await tab.evaluate(async (label) => {
    const connection = new RTCPeerConnection();
    const channel = connection.createDataChannel(label);
    channel.binaryType = 'arraybuffer';
    Object.assign(window, { bare: { connection, channel } });
    const gathered = new Promise((resolve) => connection.addEventListener('icegatheringstatechange', () => connection.iceGatheringState === 'complete' && resolve(undefined)));
    await connection.setLocalDescription();
    await gathered;
    return connection.localDescription?.sdp ?? '';
  }, channelLabel);
  const answered = new Promise<void>((resolve) => {
    node.on('message', ({ sdp, candidate, mid }: BareHeard) => {
      if (sdp !== undefined) void tab.evaluate((answer) => (window as unknown as Bare).bare.connection.setRemoteDescription({ type: 'answer', sdp: answer }), sdp).then(() => resolve());
      else if (candidate !== undefined) {
        void answered.then(() => tab.evaluate((one) => (window as unknown as Bare).bare.connection.addIceCandidate(one), { candidate, sdpMid: mid ?? '0' }));
      }
    });
  });
  node.send({ offer });
  await within('the bare channel is open', tab.evaluate(async () => {
    const { channel } = (window as unknown as Bare).bare;
    if (channel.readyState !== 'open') await new Promise((resolve) => channel.addEventListener('open', resolve, { once: true }));
  }));
  return () => tab.evaluate((all) => {
    const { channel } = (window as unknown as Bare).bare;
    return new Promise<void>((resolve) => {
      let left = all;
      channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => (left -= data.byteLength) <= 0 && resolve();
      channel.send(String(all));
    });
  }, bytes);
}
type Bare = { readonly bare: { readonly connection: RTCPeerConnection; readonly channel: RTCDataChannel } };

export async function compareThroughput(report: Report): Promise<void> {
  const chromium = await Chromium.start();
  const node = await NodeProcess.start({}, bytes);
  const bare = fork(fileURLToPath(import.meta.resolve('@eventtorrent/peer/test/bare-node.js')));
  try {
    await within('the bare node is there', once(bare, 'message'));
    const page: OpenPage = await chromium.open(node);
    const other: OpenPage = await chromium.open(node, { claims: () => ({ sub: 'other' }) });
    const pull = await openBare(other.tab, bare);
    const get = (): Promise<unknown> => page.ask((of) => of.get('large.ts'));
    const [ours, theirs]: [Measured[], Measured[]] = [[], []];
    // The first of each is to warm up.
    await get();
    await pull();
    for (let round = 0; round < rounds; round++) {
      theirs.push(await measure(() => cpuSecondsOf(bare), pull));
      ours.push(await measure(() => node.cpuSeconds, get));
    }
    const ratio = (of: keyof Measured): number => median(ours.map((one) => one[of])) / median(theirs.map((one) => one[of]));
    const column = (of: keyof Measured): readonly [readonly number[], readonly number[]] => [theirs.map((one) => one[of]), ours.map((one) => one[of])];
    report.line(`${bytes / 1e6} MB in messages of ${limits.frameBytes / 1024} KiB over one connection, ${rounds} times in turn; CPU is the sender's`);
    report.table([
      ['', 'bare channel', 'stream', 'ratio', 'at least', ''],
      ...(['perSecond', 'perCpuSecond'] as const).map((of) => {
        const [without, with_] = column(of);
        const share = ratio(of);
        return [of === 'perSecond' ? 'MB/s' : 'MB per CPU second', spread(without, 1), spread(with_, 1), share.toFixed(2), leastShare, share >= leastShare ? 'kept' : 'missed'];
      }),
    ]);
    report.figure('MB/s of a stream, to those of a bare data channel', ratio('perSecond'), 2, { atLeast: leastShare });
    report.figure('MB per CPU second of a stream, to those of a bare data channel', ratio('perCpuSecond'), 2, { atLeast: leastShare });
  } finally {
    bare.kill('SIGKILL');
    await node.stop();
    await chromium.stop();
  }
}
