import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { initialState, persistedState } from '../../src/webview/state/persisted.ts';
import { keysFor } from '../../src/webview/state/selection.ts';
import type { State } from '../../src/webview/state/state.ts';
import { alikeness, faithfulness, plan } from './moments.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { assess } from './page/faithfulness.ts';
import { usePages } from './page/pages.ts';
import { makeWorld } from './world.ts';

vi.mock('vscode', () => ({}));

/** Two heatmaps of Mass are there; `asked` are those whose faithfulness was asked for. */
function world(...asked: readonly string[]) {
  const made = makeWorld();
  const keys = keysFor(made.state, made.state.navigation.images[0]);
  for (const method of ['gradCam', 'gradient']) {
    const { maps, agreement } = made.scene.explain(method, [4]);
    made.replies.set('explain', keys.explain(method, 4), { status: 'done', value: { map: maps[0]!, agreement } });
  }
  const state: State = {
    ...made.state,
    ui: { ...made.state.ui, methods: ['gradCam', 'gradient'] },
    wishes: { assess: asked.map((method) => keys.explain(method, 4)), compare: false },
  };
  return { ...made, state, keys };
}

const assessing = (...of: Parameters<typeof plan>) =>
  plan(...of).flatMap((want) => (want.kind === 'assess' ? [[want.request.method, ...want.request.metrics]] : []));

describe('faithfulness', () => {
  it('is measured only when asked for, one method at a time, what is quick first, with the maps that are there', () => {
    const { state, replies, keys } = world('gradient', 'gradCam');
    expect(assessing({ ...state, wishes: { assess: [], compare: false } }, replies)).toEqual([]);
    const done = (method: string, part: number, metrics: readonly string[]) => {
      const value = assess({ image: '', model: '', method, classes: [4], metrics });
      replies.set('assess', keys.assess(keys.explain(method, 4), part), { status: 'done', value });
    };
    const want = plan(state, replies).find((each) => each.kind === 'assess');
    expect(want?.request.maps).toEqual(['gradient_4']);
    expect(assessing(state, replies)).toEqual([['gradient', 'deletion', 'insertion', 'regionEffect']]);
    done('gradient', 0, ['deletion', 'insertion', 'regionEffect']);
    expect(assessing(state, replies)).toEqual([['gradient', 'maxSensitivity', 'parameterRandomisation']]);
    expect(faithfulness(state, replies)?.rows.map((row) => [row.id, row.status, row.results.length])).toEqual([
      ['gradCam', 'queued', 0],
      ['gradient', 'running', 3],
    ]);
    done('gradient', 1, ['maxSensitivity', 'parameterRandomisation']);
    expect(assessing(state, replies)).toEqual([['gradCam', 'deletion', 'insertion', 'regionEffect']]);
  });

  it.each(['with its notice', 'and the notice is dismissed'])('the end of the process is said once, %s', (how) => {
    const { state, replies, keys } = world('gradCam', 'gradient');
    const error = { kind: 'engine', message: 'The process crashed (SIGABRT).', subject: 'explainer process', next: 'Try again.' } as const; // biome-ignore format: one line
    for (const part of [0, 1])
      replies.set('assess', keys.assess(keys.explain('gradCam', 4), part), { status: 'failed', error });
    const compared = plan({ ...state, wishes: { assess: [], compare: true } }, replies).find(({ kind }) => kind === 'compareMethods')!; // biome-ignore format: one line
    replies.set('compareMethods', compared.keys[0]!, { status: 'failed', error });
    const notice = { id: 'explainerStopped', tone: 'error', text: error.message, next: error.next } as const;
    const noticed = how === 'with its notice';
    const shown = { ...state, resource: { ...state.resource, notice: noticed ? notice : null } };
    const failures = faithfulness(shown, replies)!.rows.flatMap((row) => row.failures.map(({ echo }) => echo));
    expect([...failures, alikeness(shown, replies)!.echo].filter((echo) => !echo)).toHaveLength(noticed ? 0 : 1);
  });

  it('of a part that was stopped does not keep the others back', () => {
    const { state, replies, keys } = world('gradCam');
    const key = keys.assess(keys.explain('gradCam', 4), 0);
    replies.set('assess', key, { status: 'failed', error: { kind: 'cancelled', message: 'Stopped.' } });
    expect(assessing(state, replies)).toEqual([['gradCam', 'maxSensitivity', 'parameterRandomisation']]);
    expect(faithfulness(state, replies)?.rows[0]?.failures).toHaveLength(1);
  });

  it('is no longer wanted for another class, and not begun again by a reload', () => {
    const { state, replies } = world('gradCam');
    expect(assessing({ ...state, navigation: { ...state.navigation, chosen: 5 } }, replies)).toEqual([]);
    expect(initialState(persistedState(state)).wishes).toEqual({ assess: [], compare: false });
  });
});

describe('methods compared', () => {
  it('are those with a heatmap, once asked for, with the maps that are there', () => {
    const { state, replies } = world();
    const compare = (of: State) => plan(of, replies).find((want) => want.kind === 'compareMethods');
    expect(compare(state)).toBeUndefined();
    expect(alikeness(state, replies)).toMatchObject({ titles: ['Grad-CAM', 'Gradient'], asked: false });
    const asked = { ...state, wishes: { assess: [], compare: true } };
    expect(compare(asked)?.request.methods.map(({ id }) => id)).toEqual(['gradCam', 'gradient']);
    expect(compare(asked)?.request.maps).toHaveLength(2);
    const one = { ...asked, ui: { ...asked.ui, methods: ['gradCam'] } };
    expect(compare(one)).toBeUndefined();
  });
});

describe.skipIf(!CHROMIUM)('faithfulness on the page', () => {
  const pages = usePages();
  const TWO = { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } };

  async function open(options: OpenOptions = {}): Promise<Page> {
    const opened = await pages.open({ contents: TWO, ...options });
    await opened.page.locator('canvas[data-painted="heatmap:gradCam:4 heatmap:gradient:4"]').waitFor();
    return opened.page;
  }
  const unfold = (page: Page, section: string) => page.locator(`[data-section=${section}] .section-toggle`).click();
  const assessed = (page: Page, method: string) => page.locator(`[data-assessed=${method}]`);

  it('is folded away at first, and asks nothing then', async () => {
    const page = await open();
    expect(await page.locator('[data-assess]:visible').count()).toBe(0);
    const asked = await page.evaluate(() => window.host.asked.map((each) => each.method));
    for (const method of ['assess', 'compareMethods', 'assessments', 'comparisons'])
      expect(asked).not.toContain(method);
  });

  it('shows numbers and curves, and why there is no number', async () => {
    const page = await open();
    await unfold(page, 'faithfulness');
    await page.locator('[data-assess=gradient]').focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-assessed=gradient][data-assess-status=done]').waitFor();
    const values = await assessed(page, 'gradient')
      .locator('[data-assessment]')
      .evaluateAll((all) => all.map((each) => [each.getAttribute('data-assessment'), each.getAttribute('data-value')]));
    expect(values).toEqual([
      ['deletion', '0.21'],
      ['insertion', '0.74'],
      ['regionEffect', '0.34'],
      ['maxSensitivity', '0.12'],
      ['parameterRandomisation', 'null'],
    ]);
    expect(await assessed(page, 'gradient').textContent()).toContain('the map of the randomised model is the same');
    const chart = page.getByRole('img', { name: /^Deletion: from 0\.97 over .* Insertion: from 0\.00/ });
    expect(await chart.locator('path').count()).toBe(2);
    expect(await assessed(page, 'gradCam').getAttribute('data-assess-status')).toBe('idle');
  });

  it('is opened from a method’s own panel, shows how far it is, and is stopped', async () => {
    const page = await open({ hold: ['assess'] });
    await page.locator('[data-method=gradCam]').getByRole('button', { name: 'Parameters' }).click();
    await page.locator('[data-method-faithfulness=gradCam]').click();
    await assessed(page, 'gradCam').locator('.progress').waitFor();
    await page.evaluate(() => window.host.progress('Deletion of Grad-CAM', 0.4));
    const bar = assessed(page, 'gradCam').getByRole('progressbar', { name: 'Deletion of Grad-CAM' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('40');
    await page.locator('[data-assess-cancel=gradCam]').click();
    await page.locator('[data-assessed=gradCam][data-assess-status=idle]').waitFor();
    const asked = () =>
      page.evaluate(() => window.host.asked.filter((each) => each.method === 'assess').map((each) => each.cancelled));
    expect(await asked()).toEqual([true]);
    await page.evaluate(() => window.host.release());
    await page.locator('[data-assess=gradCam]').click();
    await page.locator('[data-assessed=gradCam][data-assess-status=done]').waitFor();
    expect(await asked()).toEqual([true, false, false]);
  });

  it('compares methods as a matrix, and follows those that are on', async () => {
    const page = await open();
    await unfold(page, 'comparison');
    await page.locator('[data-compare]').click();
    const cells = () =>
      page
        .locator('[data-comparison=spearman] [data-alike]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('data-alike')));
    await page.locator('[data-comparison=spearman]').waitFor();
    expect(await cells()).toEqual(['1', '0.62', '0.62', '1']);
    await page.locator('[data-method-toggle=inputXGradient]').click();
    await expect.poll(async () => (await cells()).length).toBe(9);
    expect(await page.locator('[data-comparison=topKOverlap]').textContent()).toContain('no strongest pixels');
    expect(await page.locator('[data-compare]').isVisible()).toBe(false);
  });
});
