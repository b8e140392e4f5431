/* A viewer in a process of its own, for a test that stops that process: asks for a file eight times and says when all is there. */
import type { SignalFromNode, SignalToNode } from '@eventtorrent/protocol';
import { systemClock } from '../../src/clock.js';
import { sha256, TestViewer } from './test-viewer.js';
import { Mint } from './tickets.js';

const [, , secret = '', name = '', requests = ''] = process.argv;
let hear: (signal: SignalFromNode) => void = () => undefined;
const signaling = {
  listen: (session: string, onSignal: (signal: SignalFromNode) => void): void => {
    hear = onSignal;
    process.send?.({ listen: session });
  },
  say: (signal: SignalToNode): void => void process.send?.({ say: signal }),
};
process.on('message', (signal) => hear(signal as SignalFromNode));

const viewer = await TestViewer.connect({ signaling, clock: systemClock, mint: new Mint('k1', secret), lines: [] });
const all = await Promise.all(Array.from({ length: Number(requests) }, () => viewer.ask(name).received));
viewer.close();
// The transport's threads would keep it.
process.send?.({ hashes: all.map(({ bytes }) => sha256(bytes)) }, () => process.exit());
