/**
 * Of a test or hook that has a browser: one that hangs is named by the runner, long before it ends the whole file and names nothing.
 * Whatever is waited for within has less, so that as a rule it is that which is named.
 */
export const bounded = { timeout: 100_000 } as const;

/** Waits for something to come true; a deadline far beyond what a slow machine needs makes a failure of what never does. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await within(what, Promise.resolve(isTrue()), Math.max(1000, end - performance.now())))) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function within<T>(what: string, promise: Promise<T>, deadlineMs = 60_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
