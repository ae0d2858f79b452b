import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentSecurityPolicy } from '../../src/extension/panels/html.ts';
import type { Ui } from '../../src/webview/state/ui.ts';
import { LONG } from '../long.ts';
import { CHROMIUM, type OpenOptions, PageBrowser } from './page/browser.ts';
import { FINDINGS } from './page/findings.ts';
import { settled } from './page/pages.ts';
import { THEMES, type ThemeName } from './page/themes.ts';

vi.mock('vscode', () => ({}));

// Pictures of the page for people to look at: GALLERY=folder npx vitest run test/webview/gallery.test.ts
// Without a folder they are made all the same: no state may cause an error or break the security policy.
const folder = process.env['GALLERY'];

interface State {
  readonly click?: readonly string[];
  /** Shows the maps so far of what is held. */
  readonly refine?: true;
  /** Points at the middle of the picture. */
  readonly point?: true;
}

/** As the user left it. */
const ui = (changes: Partial<Ui>) => ({
  state: { version: 1, panel: 'chest-panel', navigation: {}, ui: changes },
});

const survey = (...methods: string[]) => ({
  scene: 'survey' as const,
  contents: { settings: { methods, opacity: 0.6, colorMap: 'auto' } },
  height: 1300,
});
const MODEL = '/workspace/examples/chest-xray/densenet121.explain.json';
const OTHER = '/workspace/examples/other.onnx';
const limeOpen = '[data-method=lime] .method-heading button';

const FAITHFUL = [
  ...['classes', 'methods', 'overlay', 'agreement', 'faithfulness', 'comparison'].map(
    (section) => `[data-section=${section}] .section-toggle`,
  ),
  '[data-assess=gradCam]',
  '[data-assess=gradient]',
  '[data-compare]',
];

/** In every theme, in a column next to an editor and on a large screen. */
const SIZES = Object.fromEntries(
  (Object.keys(THEMES) as ThemeName[]).flatMap((theme) =>
    [350, 1600].map((width) => [
      `${theme}-${width}`,
      {
        ...survey('gradCam', 'gradient', 'lime'),
        ...{ theme, width, height: width === 350 ? 900 : 1000 },
        click: ['[data-section=classes] .section-toggle'],
      },
    ]),
  ),
);

const PICTURES: Readonly<Record<string, OpenOptions & State>> = {
  ...SIZES,
  dark: {},
  light: { theme: 'light' },
  'high-contrast': { theme: 'highContrast' },
  'high-contrast-light': { theme: 'highContrastLight' },
  narrow: { width: 420, height: 900 },
  grid: { ...survey('gradCam', 'gradient', 'lime'), height: 900, width: 1400, click: ['[data-layout=grid]'] },
  'grid-narrow': {
    ...survey('gradCam', 'gradient', 'lime'),
    theme: 'light',
    width: 350,
    height: 900,
    click: ['[data-layout=grid]'],
  },
  split: { ...survey('gradCam', 'gradient'), height: 900, width: 1400, click: ['[data-layout=split]'] },
  'split-narrow': {
    ...survey('gradCam', 'gradient'),
    theme: 'highContrast',
    width: 350,
    height: 900,
    click: ['[data-layout=split]'],
  },
  contours: {
    ...survey('gradCam', 'gradient'),
    height: 900,
    width: 1600,
    ...ui({ contours: [0.25, 0.5, 0.75] }),
    point: true,
  },
  'contours-grid': {
    ...survey('gradCam', 'lime'),
    ...ui({ contours: [0.5], layout: 'grid', smooth: false }),
    theme: 'light',
    height: 900,
    width: 1600,
    point: true,
  },
  masks: { ...survey('gradCam'), ...ui({ masks: true }), height: 900, width: 1600 },
  'masks-narrow': { ...survey('gradCam'), ...ui({ masks: true }), theme: 'light', width: 350, height: 900 },
  'masks-split': {
    ...survey('gradCam', 'lime'),
    ...ui({ masks: true, layout: 'split' }),
    theme: 'highContrast',
    height: 900,
    width: 1600,
  },
  'grid-models': {
    ...survey('gradCam', 'lime'),
    contents: { models: [MODEL, OTHER], settings: { methods: ['gradCam', 'lime'], opacity: 0.6, colorMap: 'auto' } },
    state: {
      ...{ version: 1, panel: 'chest-panel', ui: { layout: 'grid' } },
      navigation: { current: 0, model: MODEL, chosen: null, columns: null, other: { kind: 'model', path: OTHER } },
    },
    height: 900,
    width: 1600,
  },
  numbers: { theme: 'light', click: ['[data-class-numbers]'] },
  many: { scene: 'many', theme: 'highContrast', click: ['[data-all-labels]'] },
  'hi-dpi': { deviceScaleFactor: 2 },
  parameters: {
    click: ['[data-method=gradCam] .method-heading button', '[data-method=inputXGradient] .method-heading button'],
    height: 1150,
  },
  help: { theme: 'light', click: ['[aria-label="Keys (?)"]'] },
  focus: { click: ['[data-class-index="5"]'] },
  photos: { scene: 'photos', theme: 'light' },
  loading: { hold: ['display', 'describe', 'predict'] },
  running: { hold: ['explain'] },
  several: {
    contents: { settings: { methods: ['gradCam', 'gradient'], opacity: 0.6, colorMap: 'auto' } },
    height: 1150,
  },
  agreement: { ...survey('gradCam', 'eigenCam', 'gradient'), click: ['[data-section=overlay] .section-toggle'] },
  'agreement-all': {
    ...survey('gradCam', 'gradient'),
    theme: 'light',
    click: ['[data-section=methods] .section-toggle', '[data-all-classes]', '[aria-controls=agreement-columns]'],
  },
  'agreement-contrast': {
    ...survey('gradCam', 'gradient'),
    theme: 'highContrast',
    click: ['[data-section=methods] .section-toggle', '[aria-controls=agreement-options]', '[data-sort=iou]'],
  },
  'narrow-agreement': {
    ...survey('gradCam', 'gradient'),
    width: 300,
    click: ['[data-section=methods] .section-toggle', '[data-section=overlay] .section-toggle'],
  },
  faithfulness: { ...survey('gradCam', 'gradient', 'eigenCam'), click: FAITHFUL },
  'faithfulness-light': { ...survey('gradCam', 'gradient', 'eigenCam'), theme: 'light', click: FAITHFUL },
  'faithfulness-contrast': { ...survey('gradCam', 'gradient', 'eigenCam'), theme: 'highContrast', click: FAITHFUL },
  'narrow-faithfulness': { ...survey('gradCam', 'gradient'), width: 300, click: FAITHFUL },
  findings: { contents: { findings: FINDINGS } },
  'findings-light': {
    contents: { findings: FINDINGS },
    theme: 'light',
    click: ['[data-finding=a] [data-verdict=wrong]'],
  },
  'findings-contrast': {
    contents: { findings: FINDINGS },
    theme: 'highContrast',
    click: ['[data-finding=a] [data-verdict=right]'],
  },
  survey: survey('gradCam'),
  'survey-all': { ...survey('gradCam'), click: ['[data-methods-door]'] },
  'survey-all-light': { ...survey('gradCam'), theme: 'light', click: ['[data-methods-door]'], height: 1500 },
  lime: survey('lime'),
  'lime-best': { ...survey('lime'), click: ['[data-superpixel-view="lime.best"] + span'] },
  'lime-outlines': {
    ...survey('lime'),
    theme: 'light',
    click: ['[data-superpixel-outlines=lime]'],
  },
  'lime-parameters': {
    ...survey('lime'),
    click: [limeOpen, '[data-parameter="lime.stopWhenStable"] input[type=checkbox]'],
  },
  'lime-parameters-light': { ...survey('lime'), theme: 'light', click: [limeOpen] },
  'lime-parameters-contrast': {
    ...survey('lime'),
    theme: 'highContrast',
    click: [
      limeOpen,
      '[data-parameter="lime.stopWhenStable"] input[type=checkbox]',
      '[data-superpixel-view="lime.best"] + span',
    ],
  },
  refining: { ...survey('gradCam', 'lime', 'kernelShap'), hold: ['explain'], refine: true },
  'refining-light': { ...survey('lime', 'kernelShap'), theme: 'light', hold: ['explain'], refine: true },
  kept: { ...survey('lime'), hold: ['explain'], refine: true, click: ['[data-method-keep=lime]'] },
  'narrow-lime': { ...survey('lime'), width: 360, click: [limeOpen] },
  stopped: { theme: 'light', fail: { explain: { kind: 'cancelled', message: 'Stopped.' } } },
  'no-model': { contents: { model: null, models: [] } },
  untrusted: { contents: { trusted: false } },
  'bad-image': {
    fail: {
      display: {
        kind: 'image',
        message: 'notes.png is not an image: it is plain text.',
        subject: '/workspace/notes.png',
        next: 'Choose another file.',
      },
      predict: {
        kind: 'image',
        message: 'notes.png is not an image: it is plain text.',
        subject: '/workspace/notes.png',
        next: 'Choose another file.',
      },
    },
  },
  'bad-card': {
    theme: 'light',
    fail: {
      describe: {
        kind: 'card',
        message: "Unknown field 'lables': did you mean 'labels'?",
        subject: '/workspace/examples/chest-xray/densenet121.explain.json:4',
        next: 'Correct it in the card.',
      },
    },
  },
  failed: {
    fail: {
      explain: {
        kind: 'memory',
        message: 'The explainer ran out of memory.',
        next: 'Close other programs, or choose a smaller model.',
      },
    },
  },
};

/** The same state in another theme; appearance.test.ts looks at the themes. */
const VARIANT = /-(light|contrast)$|^(?!dark)\w+-(350|1600)$/;
const pictures = Object.entries(PICTURES).filter(([name]) => folder || LONG || !VARIANT.test(name));

describe.skipIf(!CHROMIUM)('every state of the page', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    if (folder) fs.mkdirSync(folder, { recursive: true });
    browser = await PageBrowser.start(contentSecurityPolicy);
  });
  afterAll(() => browser?.close());

  it.each(pictures)('%s', async (name, { click = [], refine, point, ...options }) => {
    const { page, errors, close } = await browser.open(options);
    await settled(page);
    if (refine) await page.evaluate(() => window.host.refine('LIME of Mass', 0.24));
    for (const selector of click) {
      await page.click(selector);
      await settled(page);
    }
    if (point) {
      const { x, y, width, height } = (await page.locator('.stage-frame').boundingBox())!;
      await page.mouse.move(x + 0.55 * width, y + 0.3 * height);
    }
    if (folder) await page.waitForTimeout(500); // transitions
    const shot = await page.screenshot({ fullPage: (options.width ?? 1100) < 500 });
    if (folder) fs.writeFileSync(path.join(folder, `${name}.png`), shot);
    expect(errors).toEqual([]);
    await close();
  });
});
