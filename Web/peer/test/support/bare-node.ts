/* A process that sends bytes over a data channel as fast as the transport takes them, and does nothing else: what a node is measured against. */
import { fileURLToPath } from 'node:url';
import { limits } from '@eventtorrent/protocol';
import { Log } from '../../src/log.js';
import { NodeDataChannelTransport } from '../../src/node-datachannel.js';
import type { Channel } from '../../src/transport.js';

export type BareHeard = { readonly ready?: true; readonly sdp?: string; readonly candidate?: string; readonly mid?: string };
type Said = { readonly offer: string };

const frame = new Uint8Array(limits.frameBytes);

/** A text from the other end says how many bytes it wants. */
function serve(channel: Channel): void {
  let left = 0;
  const send = (): void => {
    while (left > 0 && channel.buffered() < limits.inFlightBytes) {
      const part = frame.subarray(0, Math.min(left, frame.byteLength));
      left -= part.byteLength;
      channel.sendBinary(part);
    }
  };
  channel.listen({
    text: (message) => {
      left += Number(message);
      send();
    },
    binary: () => undefined,
    drained: send,
    closed: () => undefined,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const say = (heard: BareHeard): void => void process.send?.(heard);
  const transport = new NodeDataChannelTransport({ udpPorts: undefined, bindAddress: '127.0.0.1', relayOnly: false }, new Log('error', () => undefined));
  process.on('message', ({ offer }: Said) =>
    transport.accept(offer, [], {
      answer: (sdp) => say({ sdp }),
      candidate: (candidate, mid) => say({ candidate, mid }),
      channel: serve,
      ended: () => undefined,
    }));
  process.once('disconnect', () => process.exit());
  say({ ready: true });
}
