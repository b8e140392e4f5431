/** Whether the server wants a key, and this browser has not shown one that is good. */
export async function needsKey(): Promise<boolean> {
  try {
    return (await fetch('/session/')).status === 401;
  } catch {
    // It is away, which is said elsewhere.
    return false;
  }
}

export type Login = 'in' | 'wrong' | 'often' | 'silent';

/** Shows a key: when it is good, the browser has a cookie from then on, which no script sees. */
export async function logIn(key: string): Promise<Login> {
  try {
    const { ok, status } = await fetch('/session/', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ key }) });
    if (ok) return 'in';
    if (status === 429) return 'often';
    return status === 400 || status === 401 || status === 413 ? 'wrong' : 'silent';
  } catch {
    return 'silent';
  }
}
