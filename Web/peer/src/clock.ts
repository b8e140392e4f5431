/** Both clocks in milliseconds: the one of tickets, which somebody may set, and the one of waits, which nobody can. */
export type Clock = { readonly unix: () => number; readonly monotonic: () => number };

export const systemClock: Clock = { unix: () => Date.now(), monotonic: () => performance.now() };
