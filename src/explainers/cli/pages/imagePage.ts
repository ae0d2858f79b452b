import type { Assessment } from '../../contracts/results.ts';
import type { SourceShares } from '../../contracts/sources.ts';
import type { InputSweep } from '../../contracts/sweep.ts';
import { append, greatest } from '../../lists.ts';
import { written } from '../../unseen.ts';
import type { ImageResult } from '../results/imageLine.ts';
import { sentence } from '../sentence.ts';
import { bold, dim, red } from './style.ts';
import { type Cell, textTable, wrapped } from './textTable.ts';

/** As many columns as fit on a terminal; `--json` has all of them. */
export const METRICS = ['pointingGame', 'energyPointing', 'iou', 'auc'];
/** How many classes of an image are shown, and how many of the best ones in any case. */
const CLASSES = 8;
const BEST = 3;
const BAR = 20;

type Row = ImageResult['scores'][number];
type Measured = Pick<Assessment, 'method' | 'index' | 'metric' | 'value' | 'reason'>;

/** The results of one image, for a person: scores, agreement, measurements, the pictures. */
export function imagePage(result: ImageResult, width: number): string {
  const { image, scores, maps = [], error } = result;
  const parts = [bold(written(image))];
  if (error) append(parts, sentence(error).split('\n').map((line) => red(wrapped(line.trim(), width, '  ')))); // biome-ignore format: one line
  for (const { name, text, source } of result.inputs ?? []) parts.push(wrapped(written(`${name}: ${text} (${source})`), width, '  ')); // biome-ignore format: one line
  const measured: readonly Measured[] = [...(result.agreement ?? []).filter(isShown), ...(result.assessment ?? [])];
  const methods = [...new Set(measured.map(({ method }) => method))];
  const shown = shownScores(scores, new Set(maps.map(({ map }) => map.index)));
  // The numbers of a single method are next to the scores; those of several methods have their own table.
  const beside = methods.length === 1 ? measured : [];
  if (shown.length > 0) parts.push(scoreTable(shown, beside, width));
  if (scores.length > shown.length) parts.push(dim(`  and ${scores.length - shown.length} classes with lower scores`));
  if (methods.length > 1) parts.push('', measuredTable(measured, scores, width));
  for (const each of result.comparison ?? []) parts.push('', comparisonTable(each, scores, width));
  for (const each of result.sources?.shares ?? []) parts.push('', sourceTable(each, width));
  for (const each of result.sweeps ?? []) parts.push(wrapped(written(flipText(each, scores)), width, '  '));
  const told = new Set([
    ...measured.flatMap(({ value, reason }) => (value === null && reason ? [`–: ${reason}`] : [])),
    ...maps.flatMap(({ map }) => map.notes.map((note) => `${map.method}: ${note}`)),
  ]);
  for (const text of told) parts.push(wrapped(written(text), width, '  '));
  append(
    parts,
    pictures(maps).map((text) => wrapped(written(text), width, '  ')),
  );
  return `${parts.join('\n')}\n\n`;
}

const isShown = ({ metric }: Measured) => METRICS.includes(metric);

function shownScores(scores: readonly Row[], mapped: ReadonlySet<number>): readonly Row[] {
  const best = [...scores].sort((a, b) => b.score - a.score || a.index - b.index);
  const wanted = best.filter(({ index, predicted }, rank) => rank < BEST || predicted || mapped.has(index));
  return wanted.slice(0, Math.max(CLASSES, mapped.size));
}

function scoreTable(scores: readonly Row[], measured: readonly Measured[], width: number): string {
  const metrics = metricsOf(measured);
  const most = Math.max(1, greatest(scores.map(({ score }) => Math.abs(score))));
  // The bars are dropped first if there is little room.
  const bar = Math.min(BAR, Math.max(0, width - 40 - 12 * metrics.length));
  const rows = scores.map(({ index, label, score, predicted }): Cell[] => [
    `${predicted ? '*' : ' '} ${label}`,
    score,
    ...(bar > 3 ? ['█'.repeat(Math.round((Math.max(0, score) / most) * bar))] : []),
    ...metrics.map((metric) => figure(measured, metric, ({ index: own }) => own === index)),
  ]);
  return textTable(['  class', 'score', ...(bar > 3 ? [''] : []), ...metrics], rows, width);
}

function measuredTable(measured: readonly Measured[], scores: readonly Row[], width: number): string {
  const metrics = metricsOf(measured);
  const keys = new Map(measured.map(({ method, index }) => [`${method} ${index}`, { method, index }]));
  const rows = [...keys.values()].map(({ method, index }): Cell[] => [
    method,
    labelOf(scores, index),
    ...metrics.map((metric) => figure(measured, metric, (each) => each.method === method && each.index === index)),
  ]);
  return textTable(['method', 'class', ...metrics], rows, width, 2);
}

function comparisonTable(
  { index, methods, metrics }: NonNullable<ImageResult['comparison']>[number],
  scores: readonly Row[],
  width: number,
): string {
  const pairs = methods.flatMap((_, i) => methods.slice(i + 1).map((__, j) => [i, i + 1 + j] as const));
  const rows = pairs.map(([i, j]): Cell[] => [
    `${methods[i]} and ${methods[j]}`,
    ...metrics.map(({ values }) => values[i]?.[j] ?? null),
  ]);
  return textTable([`methods, ${labelOf(scores, index)}`, ...metrics.map(({ metric }) => metric)], rows, width);
}

/** Each source with its value and a bar, to the left of the line for those that contradict the class. */
function sourceTable({ method, label, logit, baseline, gap, values }: SourceShares, width: number): string {
  const most = greatest([1e-9, ...values.map(({ value }) => Math.abs(value))]);
  const bar = Math.min(12, Math.max(0, Math.floor((width - 50) / 2)));
  const rows = values.map(({ input, text, value, error }): Cell[] => {
    const length = Math.round((Math.abs(value) / most) * bar);
    const picture = value < 0 ? `${'█'.repeat(length).padStart(bar)}│` : `${' '.repeat(bar)}│${'█'.repeat(length)}`;
    return [
      text === undefined ? input : `${input}: ${text === '' ? '–' : text}`,
      value,
      ...(values.some((each) => each.error !== undefined) ? [error === undefined ? null : error] : []),
      ...(bar > 2 ? [picture] : []),
    ];
  });
  const errors = values.some((each) => each.error !== undefined);
  const table = textTable(
    [`${method}, ${label}`, 'value', ...(errors ? ['error'] : []), ...(bar > 2 ? [''] : [])],
    rows,
    width,
  );
  const sum = `logit ${logit.toFixed(3)}, with every source at its baseline`;
  const told =
    baseline === null
      ? `logit ${logit.toFixed(3)}`
      : gap === null
        ? `${sum} ${baseline.toFixed(3)}; the values need not add up`
        : `${sum} ${baseline.toFixed(3)}; what the values leave: ${gap.toExponential(1)}`;
  return `${table}\n${dim(`  ${told}`)}`;
}

function flipText({ name, points, flips }: InputSweep, scores: readonly Row[]): string {
  const named = (indices: readonly number[]) =>
    indices.length === 0 ? 'no class' : indices.map((index) => labelOf(scores, index)).join(', ');
  const range = `${name} from ${points[0]!.text} to ${points.at(-1)!.text}`;
  if (flips.length === 0) return `${range}: the answer stays ${named(points[0]!.predicted)}.`;
  const told = flips.map(({ at, before, after }) => `at ${at} from ${named(before)} to ${named(after)}`);
  return `${range}: the answer flips ${told.join('; ')}.`;
}

const metricsOf = (measured: readonly Measured[]) => [...new Set(measured.map(({ metric }) => metric))];
const labelOf = (scores: readonly Row[], index: number) => scores.find((each) => each.index === index)?.label ?? `${index}`; // biome-ignore format: one line

/** '' if nothing was measured; if several readers are compared separately, their mean. */
function figure(measured: readonly Measured[], metric: string, is: (each: Measured) => boolean): Cell {
  const found = measured.filter((each) => each.metric === metric && is(each));
  if (found.length === 0) return '';
  const values = found.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function pictures(maps: NonNullable<ImageResult['maps']>): readonly string[] {
  const files = maps.flatMap(({ png, best }) => [png, best].filter((file) => file !== null));
  if (files.length > 0 || maps.length === 0) return files;
  if (maps.length === 1) return ['The map was not saved; --out DIR writes it.'];
  return [`The ${maps.length} maps were not saved; --out DIR writes them.`];
}
