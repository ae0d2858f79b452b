import { markupText } from '../../explainers/markupText.ts';
import { shapeColor } from '../../explainers/overlay/compose.ts';
import { shapeOutline } from '../../explainers/overlay/outline.ts';
import { maskOutline } from '../agreement/mapMask.ts';
import { CONTOUR_STROKES, contoursOf } from '../stage/contourLines.ts';
import { areasOf, MASK_OPACITY } from '../stage/masks.ts';
import { paintMaps } from '../stage/paintMaps.ts';
import type { StageModel } from '../stage/stage.ts';
import { arranged, GAP, SCREEN, TITLE } from './arrangement.ts';
import type { Composition } from './compose.ts';

/** The pictures as SVG: the image and its maps as pixels, outlines, boxes and labels as vectors. */
export async function svgOf({ pictures, columns }: Composition): Promise<string> {
  const [height, width] = pictures[0]!.model.picture!.info.size;
  const unit = Math.max(1, Math.max(width, height) / SCREEN);
  const several = pictures.some(({ title }) => title !== null);
  const spaces = several ? { gap: GAP * unit, title: TITLE * unit } : { gap: 0, title: 0 };
  const { cells, ...all } = arranged(pictures.length, columns, [height, width], spaces);
  const drawn = await Promise.all(
    pictures.map(async (each, i) => {
      const { left, top } = cells[i]!;
      const heading = each.title
        ? `<text x="${left}" y="${top + 0.7 * spaces.title}" font-size="${16 * unit}" font-weight="600">${markupText(each.title)}</text>`
        : '';
      return `${heading}<svg x="${left}" y="${top + spaces.title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${await pictureOf(each.model, unit)}</svg>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all.width}" height="${all.height}" viewBox="0 0 ${all.width} ${all.height}" font-family="system-ui, sans-serif">${several ? '<rect width="100%" height="100%" fill="#fff"/>' : ''}${drawn.join('')}</svg>\n`;
}

async function pictureOf(model: StageModel, unit: number): Promise<string> {
  const { info } = model.picture!;
  const [height, width] = info.size;
  const image = (href: string) => `<image width="${width}" height="${height}" href="${href}"/>`;
  const picture = image(await dataUrl(new Blob([info.bytes as Uint8Array<ArrayBuffer>], { type: info.mime })));
  const shown = model.masks ? masksOf(model) : `${await mapsOf(model)}${linesOf(model, unit)}`;
  return [picture, shown, outlineOf(model, unit), shapesOf(model, unit)].join('');
}

/** The maps at the resolution of the image, as an image with transparency. */
async function mapsOf(model: StageModel): Promise<string> {
  const picture = model.picture!;
  if (model.overlays.length === 0) return '';
  const { width, height } = picture.bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')! as unknown as CanvasRenderingContext2D;
  const zoom = width / picture.info.size[1];
  paintMaps(context, { ...model, picture }, { zoom, left: 0, top: 0, fitted: true }, 1);
  const href = await dataUrl(await canvas.convertToBlob());
  return `<image width="${picture.info.size[1]}" height="${picture.info.size[0]}" href="${href}"/>`;
}

function masksOf({ masks, shapes }: StageModel): string {
  return areasOf(masks!, shapes)
    .map(({ colour, rings, rule }) => {
      const d = rings.map((ring) => pathOf(ring, true)).join('');
      return `<path d="${d}" fill="${colour}" fill-opacity="${MASK_OPACITY}" fill-rule="${rule}"/>`;
    })
    .join('');
}

/** Contour lines. */
function linesOf({ overlays }: StageModel, unit: number): string {
  return overlays
    .flatMap((overlay) => contoursOf(overlay))
    .flatMap(({ lines, colour }) => {
      const d = lines.map((points) => pathOf(points, false)).join('');
      return CONTOUR_STROKES.map(
        ([width, style]) =>
          `<path d="${d}" fill="none" stroke="${style ?? colour}" stroke-width="${width * unit}" stroke-linejoin="round"/>`,
      );
    })
    .join('');
}

function outlineOf({ outline }: StageModel, unit: number): string {
  if (!outline) return '';
  const d = maskOutline(outline.map, outline.level, outline.evidence)
    .map((points) => pathOf(points, true))
    .join('');
  return twice(d, 'rgb(255,255,255)', unit, 2.5 * unit, '');
}

function shapesOf({ shapes }: StageModel, unit: number): string {
  return shapes
    .map(({ annotation, selected }) => {
      if (!annotation.shape) return '';
      const lines = shapeOutline(annotation.shape);
      const colour = `rgb(${shapeColor(annotation.index).join(',')})`;
      const width = (selected ? 2 : 1.25) * unit;
      const d = lines.map(({ points, closed }) => pathOf(points, closed)).join('');
      const [xs, ys] = [0, 1].map((axis) => lines.flatMap(({ points }) => points.filter((_, i) => i % 2 === axis)));
      const [x, y] = [xs!, ys!].map((values) => values.reduce((least, each) => Math.min(least, each), Infinity));
      const dashes = selected ? '' : ` stroke-dasharray="${5 * unit} ${3 * unit}"`;
      const label = `<text x="${x}" y="${y! - 4 * unit}" font-size="${11 * unit}" font-weight="${selected ? 600 : 400}" fill="${colour}" stroke="#000" stroke-width="${3 * unit}" paint-order="stroke" stroke-linejoin="round">${markupText(annotation.label)}</text>`;
      return `${twice(d, colour, width, width + 2 * unit, dashes)}${label}`;
    })
    .join('');
}

/** A line in a colour on a dark one, which is visible on any image. */
function twice(d: string, colour: string, width: number, rim: number, dashes: string): string {
  const line = (stroke: string, of: number, more: string) =>
    `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${of}" stroke-linejoin="round"${more}/>`;
  return line('rgba(0,0,0,0.7)', rim, '') + line(colour, width, dashes);
}

function pathOf(points: readonly number[], closed: boolean): string {
  let d = '';
  for (let i = 0; i + 1 < points.length; i += 2) d += `${i === 0 ? 'M' : 'L'}${points[i]} ${points[i + 1]}`;
  return closed ? `${d}Z` : d;
}

/** The content of a file as a URL, so that the picture needs no other file. */
export function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
