import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../src/explainers/contracts/results.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { FINDINGS } from './page/findings.ts';
import { usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// What Check Labels found, on the page: read, gone to, and judged.

const pages = usePages();

async function open(findings: readonly Finding[] = FINDINGS, options: OpenOptions = {}): Promise<Page> {
  const opened = await pages.open({ ...options, contents: { findings } });
  await opened.page.locator('canvas[data-painted^="heatmap:gradCam"]').waitFor();
  return opened.page;
}

const finding = (page: Page, key: string) => page.locator(`[data-finding="${key}"]`);

describe.skipIf(!CHROMIUM)('findings on the page', () => {
  it('are not there where there are none, or none of this image', async () => {
    const page = await open([{ ...FINDINGS[0]!, image: '/elsewhere.png' }]);
    expect(await page.locator('[data-section=findings]').isVisible()).toBe(false);
  });

  it('say what looks wrong, and lead to the class and to the line', async () => {
    const page = await open();
    expect(await page.locator('[data-finding]').count()).toBe(2);
    expect(await page.locator('[data-section=findings] .count').textContent()).toBe('2 open');
    await finding(page, 'b').getByRole('button', { name: 'Nodule' }).click();
    await page.locator('canvas[data-painted="heatmap:gradCam:5"]').waitFor();
    expect(await finding(page, 'b').getAttribute('class')).toContain('selected');
    await finding(page, 'b').getByRole('button', { name: 'a.json:17' }).click();
    await page.waitForFunction(() => window.host.asked.some((each) => each.method === 'openFile'));
    const opened = await page.evaluate(() => window.host.asked.find((each) => each.method === 'openFile')?.params);
    expect(opened).toEqual({ path: '/workspace/a.json', line: 17 });
  });

  it('are judged with a note by keys, and the verdict is shown', async () => {
    const page = await open();
    await finding(page, 'a').getByRole('textbox', { name: 'Note' }).focus();
    await page.keyboard.type('an artefact, no effusion');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[data-finding=a][data-finding-verdict=wrong]').waitFor();
    const asked = await page.evaluate(() => window.host.asked.find((each) => each.method === 'review')?.params);
    expect(asked).toMatchObject({ finding: { key: 'a' }, verdict: 'wrong', note: 'an artefact, no effusion' });
    expect(await finding(page, 'a').textContent()).toContain('the label is wrong: “an artefact, no effusion”');
    expect(await finding(page, 'a').locator('[data-verdict=wrong]').getAttribute('aria-pressed')).toBe('true');
    expect(await finding(page, 'b').getAttribute('data-finding-verdict')).toBe('none');
    expect(await page.locator('[data-section=findings] .count').textContent()).toBe('1 open');
  });

  it('are judged by single keys anywhere on the page, but not while a note is written', async () => {
    const page = await open();
    await page.locator('[data-stage]').focus();
    for (const key of ['r', 'w', 'u', 'j', 'k', 'Control+z']) await page.keyboard.press(key);
    await finding(page, 'a').getByRole('textbox', { name: 'Note' }).focus();
    await page.keyboard.type('rw');
    const asked = async () =>
      page.evaluate(() =>
        window.host.asked.flatMap((each) =>
          each.method === 'triage' ? [(each.params as { action: string }).action] : [],
        ),
      );
    await expect.poll(asked).toEqual(['right', 'wrong', 'unsure', 'next', 'previous', 'takeBack']);
  });

  it('of two classes show both with their scores, and a verdict can be taken back', async () => {
    const instead = { index: 5, label: 'Nodule', probability: 0.81 };
    const page = await open([{ ...FINDINGS[0]!, kind: 'swapped', probability: 0.07, instead }, FINDINGS[1]!]);
    const swap = finding(page, 'a').locator('.finding-class');
    expect(await swap.allTextContents()).toEqual([expect.stringContaining('labelled, 0.07'), 'Nodule' + 'seen, 0.81']);
    await swap.nth(1).click();
    await page.locator('canvas[data-painted="heatmap:gradCam:5"]').waitFor();
    await finding(page, 'a').locator('[data-verdict=unsure]').click();
    await page.locator('[data-finding=a][data-finding-verdict=unsure]').waitFor();
    expect(await finding(page, 'a').textContent()).toMatch(/: unsure about the label\b/);
    await finding(page, 'a').locator('[data-verdict=open]').click();
    await page.locator('[data-finding=a][data-finding-verdict=none]').waitFor();
  });

  it('of two classes show both maps with their scores on the scale of the larger', async () => {
    const instead = { index: 5, label: 'Nodule', probability: 0.81 };
    const page = await open([{ ...FINDINGS[0]!, kind: 'swapped', probability: 0.07, instead }]);
    await finding(page, 'a').getByRole('button', { name: 'Show both maps' }).click();
    for (const index of [2, 5]) await page.locator(`[data-painted="heatmap:gradCam:${index}"]`).waitFor();
    expect(await page.locator('[data-grid-class]').count()).toBe(2);
    for (const score of await page.locator('.column-head .grid-score').allTextContents())
      expect(score).toMatch(/^0\.\d/);
    const ranges = () => page.locator('.pane-range').allTextContents();
    const [labelled, seen] = await ranges();
    expect(labelled).toBe(seen);
    // It is the larger of what each has alone.
    await page.getByRole('combobox', { name: 'Range' }).selectOption('own');
    await expect.poll(async () => new Set(await ranges()).size).toBe(2);
    const most = (await ranges()).map((each) => Number(each.split(' … ')[1]));
    expect(Number(labelled!.split(' … ')[1])).toBe(Math.max(...most));
  });

  it('tell a failure to write', async () => {
    const report = {
      kind: 'annotation',
      message: 'The review file cannot be written.',
      next: 'Free the file.',
    } as const;
    const page = await open(FINDINGS, { fail: { review: report } });
    await finding(page, 'a').locator('[data-verdict=right]').click();
    await page.getByText('The review file cannot be written.').waitFor();
    expect(await finding(page, 'a').getAttribute('data-finding-verdict')).toBe('none');
  });
});
