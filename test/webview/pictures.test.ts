import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import type { Heatmap } from '../../src/explainers/contracts/results.ts';
import { colormap } from '../../src/explainers/overlay/colormap.ts';
import { valueRange } from '../../src/explainers/overlay/normalize.ts';
import type { Ui } from '../../src/webview/state/ui.ts';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { drawn, settled, usePages } from './page/pages.ts';
import { MASS_BOX, makeScene } from './page/scene.ts';

vi.mock('vscode', () => ({}));

// A dozen pictures, compared point by point with what they should be, computed here from the maps by the formulas of
// the documentation: the image's shades, a colour of the table, how much of it shows.

const pages = usePages();
const scene = makeScene('survey');
const [height, width] = scene.size;
type Rgb = readonly [number, number, number];
type Point = readonly [x: number, y: number];

/** The made-up image: a gradient from one corner to the other. */
function shade([x, y]: Point): Rgb {
  const t = (x * width + y * height) / (width * width + height * height);
  const grey = 0x33 + t * (0xbb - 0x33);
  return [grey, grey, grey];
}

const over = (below: Rgb, above: Rgb, alpha: number): Rgb =>
  below.map((each, i) => each + alpha * (above[i]! - each)) as unknown as Rgb;

interface Painting {
  readonly method: string;
  readonly index?: number;
  readonly colours: string;
  readonly opacity?: number;
  readonly weak?: 'fade' | 'cover';
  readonly threshold?: number;
  readonly smooth?: boolean;
  /** Of the colours; default: the map's own. */
  readonly max?: number;
}

const known = new Map<string, { readonly map: Heatmap; readonly max: number }>();

/** A map and the end of its colours, made once. */
function mapOf(method: string, index: number): { readonly map: Heatmap; readonly max: number } {
  const key = `${method} ${index}`;
  const found = known.get(key);
  if (found) return found;
  const map = scene.explain(method, [index]).maps[0]!;
  const made = { map, max: valueRange(map.values, map.signed).max };
  known.set(key, made);
  return made;
}

/** The colours between the values' centres are interpolated, as the browser does it with premultiplied alpha. */
function painted(below: Rgb, point: Point, painting: Painting): Rgb {
  const { method, index = 4, colours, opacity = 0.6, weak = 'fade', threshold = 0, smooth = true } = painting;
  const { map, max: own } = mapOf(method, index);
  const max = painting.max ?? own;
  const { table } = colormap(colours)!;
  const at = (column: number, row: number): readonly number[] => {
    const clamp = (value: number) => Math.min(223, Math.max(0, value));
    const value = map.values[clamp(row) * 224 + clamp(column)]!;
    if (Math.abs(value) < threshold * max) return [0, 0, 0, 0];
    const place = Math.min(1, Math.max(0, map.signed ? (value / max + 1) / 2 : value / max));
    const strength = map.signed ? Math.abs(2 * place - 1) : place;
    const t = Math.min(1, Math.max(0, (strength - 0.02) / 0.48));
    const alpha = weak === 'cover' ? 1 : t * t * (3 - 2 * t);
    const colour = table.subarray(3 * Math.round(place * 255), 3 * Math.round(place * 255) + 3);
    return [...colour].map((each) => each * alpha).concat(alpha);
  };
  const [x, y] = [(point[0] * 224) / width - 0.5, (point[1] * 224) / height - 0.5];
  if (!smooth) return blended(below, at(Math.round(x), Math.round(y)), opacity);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const mix = (a: readonly number[], b: readonly number[], share: number) =>
    a.map((each, i) => each + share * (b[i]! - each));
  const upper = mix(at(left, top), at(left + 1, top), x - left);
  const lower = mix(at(left, top + 1), at(left + 1, top + 1), x - left);
  return blended(below, mix(upper, lower, y - top), opacity);
}

function blended(below: Rgb, [r, g, b, alpha]: readonly number[], opacity: number): Rgb {
  return below.map((each, i) => each * (1 - alpha! * opacity) + [r, g, b][i]! * opacity) as unknown as Rgb;
}

/** Points all over the image, at places where no line is drawn. */
const POINTS: readonly Point[] = Array.from(
  { length: 26 * 19 },
  (_, i): Point => [15 + 30 * (i % 26) + 0.5, 12 + 31 * Math.floor(i / 26) + 0.5],
);

/** What the screen shows at points of the image, in one picture of the page. */
async function seen(page: Page, picture: string, points: readonly Point[]): Promise<readonly Rgb[]> {
  const area = (await page.locator(picture).boundingBox())!;
  const shot = (await page.screenshot({ clip: area })).toString('base64');
  const view = await page.evaluate(() => document.querySelector<HTMLElement>('[data-stage]')?.dataset['view']);
  const zoom = Math.min((area.width - 32) / width, (area.height - 32) / height);
  const fitted = [(area.width - width * zoom) / 2, (area.height - height * zoom) / 2, zoom];
  const [left, top, scale] = view ? view.split(' ').map(Number) : fitted;
  return page.evaluate(
    async ([shot, points]) => {
      const image = new Image();
      image.src = `data:image/png;base64,${shot}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      return points.map(
        ([x, y]) => [...context.getImageData(x!, y!, 1, 1).data.slice(0, 3)] as unknown as [number, number, number],
      );
    },
    [shot, points.map(([x, y]) => [Math.floor(left! + x * scale!), Math.floor(top! + y * scale!)])] as const,
  );
}

/** Mean difference and that of all but the worst twentieth, of 255. */
function difference(found: readonly Rgb[], wanted: readonly Rgb[]): { readonly mean: number; readonly most: number } {
  const each = found
    .map((rgb, i) => Math.max(...rgb.map((value, c) => Math.abs(value - wanted[i]![c]!))))
    .sort((a, b) => a - b);
  return {
    mean: each.reduce((sum, value) => sum + value, 0) / each.length,
    most: each[Math.floor(0.95 * each.length)]!,
  };
}

const options = (methods: readonly string[], ui: Partial<Ui> = {}): OpenOptions => ({
  scene: 'survey',
  contents: { settings: { methods: [...methods], opacity: 0.6, colorMap: 'auto' } },
  state: { version: 1, panel: 'chest-panel', navigation: {}, ui: { annotations: false, outline: false, ...ui } },
  width: 1240,
  height: 800,
});

/** Of the value that a point lies in. */
const centre = (at: number, length: number) => ((Math.floor((at * 224) / length) + 0.5) * length) / 224;

interface Case {
  readonly methods: readonly string[];
  readonly ui?: Partial<Ui>;
  /** What should be seen at a point. */
  readonly wanted: (point: Point) => Rgb;
  readonly picture?: string;
  readonly points?: readonly Point[];
}

const CAM: Painting = { method: 'gradCam', colours: 'inferno' };
const GRADIENT: Painting = { method: 'inputXGradient', colours: 'RdBu_r' };
const LIME: Painting = { method: 'lime', colours: 'RdBu_r' };
const on =
  (...paintings: readonly Painting[]) =>
  (point: Point) =>
    paintings.reduce((below, painting) => painted(below, point, painting), shade(point));
const inBox = ([x, y]: Point) =>
  x > MASS_BOX.x && x < MASS_BOX.x + MASS_BOX.width && y > MASS_BOX.y && y < MASS_BOX.y + MASS_BOX.height;

const CASES: Readonly<Record<string, Case>> = {
  'the image alone': { methods: ['gradCam'], ui: { overlay: false }, wanted: shade },
  'a map without a sign': { methods: ['gradCam'], wanted: on(CAM) },
  'a map with a sign': { methods: ['lime'], wanted: on(LIME) },
  'two maps': { methods: ['gradCam', 'lime'], wanted: on(CAM, LIME) },
  'another opacity': { methods: ['gradCam'], ui: { opacity: 0.25 }, wanted: on({ ...CAM, opacity: 0.25 }) },
  'weak values covering the image': {
    methods: ['gradCam'],
    ui: { weak: 'cover' },
    wanted: on({ ...CAM, weak: 'cover' }),
  },
  'other colours': {
    methods: ['gradCam'],
    ui: { colorMaps: { signed: null, unsigned: 'viridis' }, weak: 'cover' },
    wanted: on({ ...CAM, colours: 'viridis', weak: 'cover' }),
  },
  'weak values hidden': { methods: ['gradCam'], ui: { threshold: 0.4 }, wanted: on({ ...CAM, threshold: 0.4 }) },
  'values as squares': {
    methods: ['inputXGradient'],
    ui: { smooth: false },
    points: POINTS.map(([x, y]): Point => [centre(x, width), centre(y, height)]),
    wanted: on({ ...GRADIENT, smooth: false }),
  },
  'the grid': {
    methods: ['gradCam', 'lime'],
    ui: { layout: 'grid' },
    picture: '[data-pane="gradCam:5"] .tile-surface',
    wanted: on({ ...CAM, index: 5 }),
  },
  'the grid on one scale': {
    methods: ['gradCam'],
    ui: { layout: 'grid', range: 'top' },
    picture: '[data-pane="gradCam:5"] .tile-surface',
    wanted: on({ ...CAM, index: 5, max: mapOf('gradCam', 4).max }),
  },
  'the split view': {
    methods: ['gradCam', 'lime'],
    ui: { layout: 'split', split: { left: null, right: null, at: 0.5 } },
    picture: '.split-surface',
    points: POINTS.filter(([x]) => Math.abs(x - width / 2) > 20),
    wanted: (point) => on(point[0] < width / 2 ? CAM : LIME)(point),
  },
  'the masks of expert and method': {
    methods: ['gradCam'],
    ui: { masks: true, annotations: true, measure: { threshold: 0.5, evidence: 'positive', tolerance: 0 } },
    // Not at lines, labels and the other drawing.
    points: POINTS.filter(([x, y]) => [x - MASS_BOX.x, x - MASS_BOX.x - MASS_BOX.width, y - MASS_BOX.y, y - MASS_BOX.y - MASS_BOX.height].every((from) => Math.abs(from) > 6) && (x < 500 || y < 340)), // biome-ignore format: one line
    wanted: (point) => {
      const below = inBox(point) ? over(shade(point), [0, 80, 255], 0.45) : shade(point);
      const { map, max } = mapOf('gradCam', 4);
      const value = map.values[Math.floor((point[1] * 224) / height) * 224 + Math.floor((point[0] * 224) / width)]!;
      return value > 0.5 * max ? over(below, [255, 26, 0], 0.45) : below;
    },
  },
};

describe.skipIf(!CHROMIUM)('the picture of', () => {
  it.each(Object.entries(CASES))(
    '%s',
    async (_, { methods, ui = {}, picture = '[data-stage]', points = POINTS, wanted }) => {
      const { page } = await pages.open(options(methods, ui));
      await settled(page);
      await page.locator(picture).waitFor();
      await settled(page);
      await drawn(page);
      const found = difference(await seen(page, picture, points), points.map(wanted));
      expect(found.mean).toBeLessThan(3);
      expect(found.most).toBeLessThan(12);
    },
  );
});
