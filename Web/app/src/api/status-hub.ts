import { HttpTransportType, HubConnectionBuilder, LogLevel, type IRetryPolicy } from '@microsoft/signalr';

const firstWaitMs = 250;
const lastWaitMs = 10_000;

/** Between the half and one and a half of a time that doubles: pages that lost their server at once do not come back at once. */
const waitMs = (attempts: number): number => Math.min(lastWaitMs, firstWaitMs * 2 ** Math.min(attempts, 10)) * (0.5 + Math.random());

const forEver: IRetryPolicy = { nextRetryDelayInMilliseconds: ({ previousRetryCount }) => waitMs(previousRetryCount) };

export type StatusEvents = {
  /** After each connect. What was pushed in between is lost: read again. */
  up(): void;
  down(): void;
  taskChanged(task: unknown): void;
  taskDeleted(infohash: unknown): void;
};

/** Stays connected to the hub that pushes changes of tasks, until the page goes. */
export function listen(events: StatusEvents): void {
  const hub = new HubConnectionBuilder()
    .withUrl('/hubs/status', { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .withAutomaticReconnect(forEver)
    .configureLogging(LogLevel.None)
    .build();
  hub.on('taskChanged', events.taskChanged);
  hub.on('taskDeleted', events.taskDeleted);
  hub.onreconnecting(() => events.down());
  hub.onreconnected(() => events.up());
  let attempts = 0;
  // The first connect is not tried again by itself; neither is one after the server has closed the connection on purpose.
  const start = (): void => {
    hub.start().then(
      () => {
        attempts = 0;
        events.up();
      },
      () => again(),
    );
  };
  const again = (): void => {
    events.down();
    setTimeout(start, waitMs(attempts++));
  };
  hub.onclose(() => again());
  start();
}
