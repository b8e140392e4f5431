import { HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import { hubMethods, nodeAliveEveryMs, parseSignalToNode, type NodeLoad, type NodeRegistration, type SignalFromNode, type SignalToNode } from '@eventtorrent/protocol';
import { reasonOf, type Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Signaling } from './signaling.js';

export type HubOptions = {
  readonly url: string;
  readonly nodeKey: string;
  readonly registration: NodeRegistration;
  readonly load: () => NodeLoad;
  /** Of the wait before another try: it doubles from the first to the last, give or take a quarter. */
  readonly firstRetryMs: number;
  readonly lastRetryMs: number;
};

const keepAliveMs = 5000;
const serverTimeoutMs = 15_000;

/**
 * The hub of Signaling. Each loss is met alike, at the start too: a new connection, a new registration, after a wait. SignalR's own
 * reconnecting gives up, and does not cover the start.
 */
export class HubSignaling implements Signaling {
  readonly #stopped = new AbortController();
  #hub: HubConnection | undefined;
  #running: Promise<void> | undefined;

  constructor(
    private readonly options: HubOptions,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  start(onSignal: (signal: SignalToNode) => void): void {
    this.#running = this.#run(onSignal);
  }

  send(signal: SignalFromNode): void {
    this.#invoke(hubMethods.nodeSignal, signal);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#hub?.stop();
    await this.#running;
  }

  async #run(onSignal: (signal: SignalToNode) => void): Promise<void> {
    let lost = 0;
    while (!this.#stopped.signal.aborted) {
      const hub = this.#build(onSignal);
      const closed = new Promise<string>((resolve) => hub.onclose((error) => resolve(error === undefined ? 'closed' : reasonOf(error))));
      let reason: string;
      try {
        await hub.start();
        // An offer may come before the answer to the registration, and is answered.
        this.#hub = hub;
        await hub.invoke(hubMethods.registerNode, this.options.registration);
        lost = 0;
        this.metrics.set('eventtorrent_peer_signaling_connected', 1);
        this.log.info('registered', { volume: this.options.registration.volume });
        const alive = setInterval(() => this.#invoke(hubMethods.nodeAlive, this.options.load()), nodeAliveEveryMs);
        reason = this.#stopped.signal.aborted ? 'stopping' : await closed;
        clearInterval(alive);
      } catch (thrown) {
        reason = reasonOf(thrown);
      }
      this.#hub = undefined;
      this.metrics.set('eventtorrent_peer_signaling_connected', 0);
      await hub.stop();
      if (this.#stopped.signal.aborted) return;
      const wait = this.#wait(lost++);
      this.log.warn('signaling-lost', { reason, retryMs: Math.round(wait) });
      await pause(wait, this.#stopped.signal);
    }
  }

  #build(onSignal: (signal: SignalToNode) => void): HubConnection {
    const hub = new HubConnectionBuilder()
      .withUrl(this.options.url, { accessTokenFactory: () => this.options.nodeKey })
      .withKeepAliveInterval(keepAliveMs)
      .withServerTimeout(serverTimeoutMs)
      .configureLogging(LogLevel.None)
      .build();
    hub.on(hubMethods.signal, (value: unknown) => {
      const signal = parseSignalToNode(value);
      if (signal.ok) onSignal(signal.value);
      else this.log.warn('signal-refused', signal.error);
    });
    return hub;
  }

  #invoke(method: string, argument: SignalFromNode | NodeLoad): void {
    this.#hub?.send(method, argument).catch((thrown: unknown) => this.log.warn('signal-not-sent', { method, reason: reasonOf(thrown) }));
  }

  #wait(lost: number): number {
    const { firstRetryMs, lastRetryMs } = this.options;
    return Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(lost, 20)) * (0.75 + Math.random() / 2);
  }
}

const pause = (ms: number, stopped: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stopped.addEventListener('abort', end);
  });
