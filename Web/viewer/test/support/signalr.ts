/* Runs in the browser: SignalR's build for browsers is a script that leaves a global; here are the names that modules import. */
type SignalR = typeof import('@microsoft/signalr');

export const { HubConnectionBuilder, HubConnectionState, LogLevel } = (globalThis as unknown as { signalR: SignalR }).signalR;
