// The view 'Label Findings' and the Problems panel as a person sees them.
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

export class Findings {
  readonly #workbench: Workbench;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** A row of the view, by a part of its text. */
  item(text: string): Locator {
    return this.#view.locator('.monaco-list-row').filter({ hasText: text }).first();
  }

  /** Until the check is over, because the findings so far change their places. */
  async ended(): Promise<void> {
    const message = this.#view.locator('.message').filter({ hasText: /images? checked/ });
    await message.first().waitFor({ timeout: 120_000 });
  }

  /** Presses a button in a row of the view. */
  async act(text: string, action: string): Promise<void> {
    const row = this.item(text);
    await row.hover();
    // The label may end with the action's key.
    await row.locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** As before any check. A check that found nothing has a line over its empty list. */
  async clear(): Promise<void> {
    const known = this.#view.locator('.monaco-list-row, .message:not(.hide)').filter({ hasText: /\S/ }).first();
    if (!(await known.isVisible())) return;
    await this.#workbench.runCommand('Saliency Lens: Clear Label Findings');
    await known.waitFor({ state: 'hidden' });
  }

  async showProblems(): Promise<void> {
    if (await this.#problems.isVisible()) return;
    await this.#workbench.runCommand('Problems: Focus on Problems View');
    await this.#problems.waitFor();
  }

  /** A row of the Problems panel, by a part of its text. */
  problem(text: string): Locator {
    return this.#problems
      .locator('.monaco-list-row')
      .filter({ has: this.#workbench.page.locator('.marker-line') })
      .filter({ hasText: text })
      .first();
  }

  get #view(): Locator {
    const { page } = this.#workbench;
    return page.locator('.pane', { has: page.locator('[aria-label^="Label Findings"]') });
  }

  get #problems(): Locator {
    return this.#workbench.page.locator('.markers-panel-container');
  }
}
