import { describe, expect, it, vi } from 'vitest';
import { EarlyReplies } from '../../src/webview/earlyReplies.ts';
import { CHROMIUM } from './page/browser.ts';
import { settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

describe('early replies', () => {
  it('are used once', () => {
    const early = new EarlyReplies();
    early.arrived('predict', null);
    expect(early.take('predict')).toEqual({ reply: null });
    expect(early.take('predict')).toBeUndefined();
    early.arrived('predict', 1);
    early.clear();
    expect(early.take('predict')).toBeUndefined();
  });

  it('end a request that was on the way, and are forgotten when its own reply was sooner', async () => {
    const early = new EarlyReplies();
    const never = new Promise(() => {});
    const waiting = early.orSooner('predict', never);
    early.arrived('predict', 1);
    expect(await waiting).toEqual({ reply: 1 });
    expect(await early.orSooner('predict', Promise.resolve(2))).toEqual({ reply: 2 });
    await expect(early.orSooner('predict', Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(early.take('predict')).toBeUndefined();
  });
});

const FIRST = ['display', 'describe', 'predict', 'annotations', 'explain'] as const;
describe.skipIf(!CHROMIUM)('a page whose answers come before it asks', () => {
  const pages = usePages();

  it('shows the map without a request, and computes everything again when a file has changed', async () => {
    const { page } = await pages.open({ hold: ['ready', ...FIRST] });
    await page.evaluate(() => window.host.tellEarly(4));
    await page.locator('canvas[data-layer=heatmap][data-painted="heatmap:gradCam:4"]').waitFor();
    const first = await page.locator('canvas[data-layer=image]').getAttribute('data-painted');
    /** Of those that came early. */
    const asked = async () => {
      const all = await page.evaluate(() =>
        window.host.asked.map(({ method, params }) => ({ method, params: params as Record<string, unknown> })),
      );
      return all
        .filter(
          ({ params }) =>
            [params['image'] ?? first, String(params['classes'] ?? 4), params['method'] ?? 'gradCam'].join() ===
            `${first},4,gradCam`,
        )
        .flatMap(({ method }) => FIRST.filter((each) => each === method));
    };
    expect(await asked()).toEqual([]);
    const taken = () =>
      page.evaluate(() => window.host.told.filter(({ method }) => method === 'earlyTaken').map(({ value }) => value));
    expect(await taken()).toMatchObject(FIRST.map((method) => ({ method })));
    // The answer to `ready` comes later, and changes nothing.
    await page.evaluate(() => window.host.release());
    await settled(page);
    expect(await asked()).toEqual([]);
    const image = await page.evaluate(async () => {
      await window.host.tellEarly(4);
      const { value } = window.host.told.find(({ method }) => method === 'state')!;
      return (value as { model: string }).model;
    });
    await page.evaluate((model) => window.host.notify('modelChanged', { model, files: [model] }), image);
    await settled(page);
    await expect.poll(asked).toEqual(expect.arrayContaining(['describe', 'predict', 'explain']));
  });
});
