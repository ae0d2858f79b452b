import type { Page } from 'playwright-core';

/** What axe (already in the page) finds serious in a part of it, with the elements. */
export async function seriousIn(page: Page, part = 'body'): Promise<readonly string[]> {
  return page.evaluate(async (selector) => {
    const { violations } = await (
      window as unknown as {
        axe: {
          run(
            part: string,
            options: object,
          ): Promise<{
            violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      }
    ).axe.run(selector, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 300)}`),
      );
  }, part);
}
