import type { SignalFromNode, SignalToNode } from '@eventtorrent/protocol';

/** How a node hears of viewers. */
export interface Signaling {
  /** Registers, again after every loss, for ever. Returns at once. */
  start(onSignal: (signal: SignalToNode) => void): void;
  /** Lost when there is no connection: the viewer tries again. */
  send(signal: SignalFromNode): void;
  stop(): Promise<void>;
}
