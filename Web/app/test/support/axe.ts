import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Axe = { run(context: unknown, options: unknown): Promise<{ readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[] }> };

/** What axe has against the page as it is now, by the rules of WCAG 2 A and AA and its own advice; nothing in a good page. */
export async function faultsOf(tab: Page): Promise<readonly string[]> {
  // By the debugger and not by an element: the policy of the page forbids that.
  await tab.evaluate(`(() => { if (!globalThis.axe) { ${source} } })()`);
  const { violations } = await tab.evaluate(
    (options) => (globalThis as unknown as { axe: Axe }).axe.run(document, options),
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'] },
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`));
}
