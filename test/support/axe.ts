import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// Mantine's dialogs have a <header>, which axe takes for a second one of the page.
const EXCEPT = { 'landmark-no-duplicate-banner': { enabled: false }, 'landmark-unique': { enabled: false } };

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/**
 * What of a page, as it is now, not everybody can use (WCAG 2.2 AA).
 * @param over what is open stands over the page, outside of its landmarks
 */
export async function violations(page: Page, over: 'page' | 'nothing' = 'nothing'): Promise<string[]> {
  const rules = { ...EXCEPT, ...(over === 'page' && { region: { enabled: false } }) };
  // In the page's own world nothing may be evaluated from text; the debugger's is not bound by that.
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>(
    `axe.run(document, ${JSON.stringify({ runOnly: RULES, rules })}).then(({ violations }) => violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}
