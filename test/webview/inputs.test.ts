import fs, { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PanelContents } from '../../src/explainers/protocol/messages.ts';
import { Session } from '../../src/explainers/session.ts';
import { examples } from '../data.ts';
import { writeLineModel } from '../lineModel.ts';
import { CHROMIUM } from './page/browser.ts';
import { usePages } from './page/pages.ts';
import { answerPage } from './page/realHost.ts';

vi.mock('vscode', () => ({}));

// The form of a model's further inputs: the page in a browser, with the real core and a real model. GALLERY=folder
// keeps pictures.

const pages = usePages();
const gallery = process.env['GALLERY'];
let folder: string;
let session: Session;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-form-'));
  const from = path.join(examples, 'image-text');
  for (const name of fs.readdirSync(from)) copyFileSync(path.join(from, name), path.join(folder, name));
  session = new Session({ threads: 1 });
});
afterAll(async () => {
  await session?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  images: readonly string[] = ['00.png'],
  width = 1100,
  model = path.join(folder, 'image-text.explain.json'),
): Promise<Page> {
  const contents: PanelContents = {
    panel: 'form',
    images: images.map((image) => path.join(folder, image)),
    current: 0,
    model,
    models: [model],
    trusted: true,
    settings: { methods: ['gradCam'], opacity: 0.6, colorMap: 'auto' },
    workspace: folder,
    findings: [],
    focus: null,
  };
  const { page } = await pages.open({ width, prepare: answerPage(session, contents).prepare });
  return page;
}

const sentence = (page: Page) => page.getByRole('textbox', { name: 'tokens' });
const row = (page: Page) => page.locator('[data-input=tokens]');
const first = (page: Page) => page.locator('[data-class-index]').first().textContent();
const painted = (page: Page, index: number) =>
  page.locator(`canvas[data-layer=heatmap][data-painted="heatmap:gradCam:${index}"]`).waitFor();

async function keep(page: Page, name: string): Promise<void> {
  if (!gallery) return;
  fs.mkdirSync(gallery, { recursive: true });
  await page.screenshot({ path: path.join(gallery, `${name}.png`) });
}

describe.skipIf(!CHROMIUM)('sources', () => {
  it('are bars that add up, and tokens coloured by what each contributes; another sentence gives other ones', async () => {
    const page = await open(['03.png']);
    await painted(page, 3);
    await page.locator('[data-section=sources] .section-toggle').click();
    const bars = page.locator('[data-source]');
    await expect.poll(() => bars.count()).toBe(2);
    const values = await bars.evaluateAll((all) => all.map((each) => Number(each.getAttribute('data-value'))));
    expect(values[0]).toBeCloseTo(2.473, 2);
    expect(await bars.first().getAttribute('aria-label')).toContain('image: 2.47, supports the class');
    const tokens = page.locator('[data-within=tokens] [data-token]');
    await expect.poll(() => tokens.count()).toBe(8);
    const strength = async (word: string) => Number(await page.locator(`[data-token=${word}]`).getAttribute('data-value')); // biome-ignore format: one line
    // The picture shows a green square.
    expect(await strength('green')).toBeGreaterThan(20 * Math.abs(await strength('please')));
    await page.locator('[data-within=tokens]').scrollIntoViewIfNeeded();
    await keep(page, 'sources');
    await page.getByRole('combobox', { name: 'Method within the sources' }).selectOption('integratedGradients');
    await expect.poll(() => strength('green')).toBeCloseTo(1.97, 1);
    await sentence(page).fill('a blue cross');
    await sentence(page).press('Enter');
    await expect.poll(() => page.locator('[data-token=cross]').count()).toBe(1);
  });
});

describe.skipIf(!CHROMIUM)('other values of a number', () => {
  it('say at which the answer flips; a slider moves the scores, and back', async () => {
    const page = await open(['00.png'], 1100, writeLineModel(folder, '00.png', 32));
    await expect.poll(() => first(page)).toMatch(/^young0\.98/);
    await page.getByRole('button', { name: 'age: when does the answer flip?' }).click();
    const told = page.locator('[data-flips=age]');
    await expect.poll(() => told.textContent()).toBe('The answer flips at age 50.0 from young to old.');
    const slider = page.getByRole('slider', { name: /^age, 30/ });
    await slider.fill('80');
    await expect.poll(() => first(page)).toMatch(/^old1\.00/);
    expect(await page.getByRole('textbox', { name: 'age' }).inputValue()).toBe('78');
    await keep(page, 'inputs-vary');
    await page.getByRole('button', { name: 'sex: when does the answer flip?' }).click();
    await expect
      .poll(() => page.locator('[data-flips=sex]').textContent())
      .toBe('The answer stays old, whatever it is.');
    await page.getByRole('button', { name: /^age: back to 30/ }).click();
    await expect.poll(() => first(page)).toMatch(/^young0\.98/);
    await expect
      .poll(() => page.locator('[data-flips=sex]').textContent())
      .toContain('flips at sex M from young to old');
  });
});

describe.skipIf(!CHROMIUM)('further inputs', () => {
  it('shows the value and where it is from; another one runs the model again, and back', async () => {
    const page = await open();
    await painted(page, 0);
    await expect.poll(() => sentence(page).inputValue()).toBe('please in a triangle red');
    await expect.poll(() => row(page).getAttribute('data-origin')).toBe('table');
    expect(await row(page).textContent()).toMatch(/From sentences\.csv, line 2, column sentence\./);
    const before = await first(page);
    expect(before).toMatch(/^neither0\.88/);
    await keep(page, 'inputs-form');
    // The picture shows a yellow circle.
    await sentence(page).fill('see the yellow circle');
    await sentence(page).press('Enter');
    await expect.poll(() => first(page)).toMatch(/^colour and shape0\.8/);
    await painted(page, 3);
    await expect.poll(() => row(page).getAttribute('data-given')).toBe('');
    await keep(page, 'inputs-changed');
    await page.getByRole('button', { name: /^tokens: back to please in a triangle red/ }).click();
    await expect.poll(() => first(page)).toBe(before);
    await expect.poll(() => sentence(page).inputValue()).toBe('please in a triangle red');
  });

  it('says in place what is wrong with a text, and to assistive technology', async () => {
    const page = await open();
    await painted(page, 0);
    await sentence(page).fill('a purple circle');
    await sentence(page).press('Enter');
    const problem = row(page).getByRole('alert');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/'tokens' has a word that the vocabulary does not know: 'purple'/);
    expect(await sentence(page).getAttribute('aria-invalid')).toBe('true');
    const described = (await sentence(page).getAttribute('aria-describedby'))!.split(' ');
    expect(described).toContain(await problem.getAttribute('id'));
    await keep(page, 'inputs-invalid');
    await sentence(page).fill('a yellow circle');
    await sentence(page).press('Enter');
    await problem.waitFor({ state: 'hidden' });
    await painted(page, 3);
  });

  it('asks for a value that no file has, and each image keeps its own', async () => {
    writeFileSync(path.join(folder, 'sentences.csv'), 'image,sentence\n01.png,there yellow this is cross a please\n');
    const page = await open(['00.png', '01.png']);
    const problem = row(page).getByRole('alert');
    await problem.waitFor();
    expect(await problem.textContent()).toMatch(/no value of the input 'tokens' \(column 'sentence'\) for 00\.png/);
    expect(await page.locator('[data-class-index]').count()).toBe(0);
    await keep(page, 'inputs-missing');
    await sentence(page).fill('a yellow circle');
    await sentence(page).press('Enter');
    await painted(page, 3);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /next image/i }).click();
    await expect.poll(() => sentence(page).inputValue()).toBe('there yellow this is cross a please');
    expect(await row(page).getAttribute('data-given')).toBe(null);
  });

  it.each([350, 1600])('fits a page of %i pixels', async (width) => {
    const page = await open(['01.png'], width);
    await sentence(page).waitFor();
    await painted(page, 1);
    const outside = await page.evaluate(() => {
      const right = document.documentElement.clientWidth;
      const all = [...document.querySelectorAll('[data-section=inputs] *')];
      return all.filter((each) => each.getBoundingClientRect().right > right + 0.5).length;
    });
    expect(outside).toBe(0);
    await keep(page, `inputs-${width}`);
  });
});
