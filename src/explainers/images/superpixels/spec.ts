import type { AnyParameters, ParameterSpec } from '../../contracts/parameters.ts';
import { segmentFileIn } from '../../contracts/segmentFile.ts';
import { ExplainError } from '../../errors.ts';
import { didYouMean } from '../../suggest.ts';
import { own, setOwn } from '../../tables.ts';
import type { Segmenter } from './segmenter.ts';
import { segmenters } from './segmenters.ts';

/** How to segment a picture into superpixels. */
export type SegmentSpec =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'segmenter'; readonly id: string; readonly values: AnyParameters };

/** The text form, for help and error messages. */
export const SEGMENTS_FORM = `FILE.npy|FILE.png|grid:RxC|${[...segmenters.keys()].filter((id) => id !== 'grid').join('|')}[:key=value,…]`;

/** lime's own default, and ours for every superpixel method. */
export const LIME_SEGMENTS = 'quickshift';

/** The superpixels that the SHAMSUL study used for SHAP: SLIC on the normalised numbers. */
export const SHAMSUL_SHAP_SEGMENTS = 'slic:segments=50,compactness=30,sigma=3,of=input';

/** Text forms to suggest in a form. */
export const SEGMENT_SUGGESTIONS: readonly string[] = [
  LIME_SEGMENTS,
  'slic',
  'slic:segments=50,compactness=30,sigma=3',
  'felzenszwalb',
  'watershed',
  'grid:7x7',
];

/** The parameter that sets a method's superpixels. */
export function segmentsParameter<const D extends string>(text: D) {
  return {
    kind: 'text',
    default: text,
    suggestions: SEGMENT_SUGGESTIONS,
    about: `Superpixels: ${[...segmenters.keys()].join(', ')}, with key=value after a colon, or a segment file (.npy, .png)`,
  } as const;
}

/**
 * Reads the text form: `FILE.npy`, `FILE.png`, `grid:7x7`, `slic`, `slic:segments=50,compactness=30`.
 * @param locate resolves a file name; by default it is used unchanged
 * @throws ExplainError `usage`
 */
export function parseSegments(text: string, locate: (file: string) => string = (file) => file): SegmentSpec {
  const file = segmentFileIn(text);
  if (file !== null) return { kind: 'file', path: locate(file) };
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const id = colon < 0 ? trimmed : trimmed.slice(0, colon);
  const segmenter = segmenters.get(id);
  if (!segmenter) {
    throw wrong(
      text,
      `'${id}' is not a kind of superpixels.${didYouMean(id, segmenters.keys())}`,
      `Choose one of ${[...segmenters.keys()].join(', ')}, or give a segment file that ends in .npy or .png.`,
    );
  }
  const rest = colon < 0 ? '' : trimmed.slice(colon + 1).trim();
  const cells = id === 'grid' ? /^(\d+)\s*[x×]\s*(\d+)$/i.exec(rest) : null;
  const pairs = cells ? [`rows=${cells[1]}`, `columns=${cells[2]}`] : rest === '' ? [] : rest.split(',');
  const values: Record<string, number | string | boolean> = {};
  for (const [key, parameter] of Object.entries(segmenter.parameters)) setOwn(values, key, parameter.default);
  const given = new Set<string>();
  for (const pair of pairs) {
    const [key, value] = keyAndValue(text, segmenter, pair);
    if (given.has(key)) throw wrong(text, `${id} is given '${key}' twice.`, 'Leave one of them out.');
    given.add(key);
    setOwn(values, key, read(text, `${id}'s ${key}`, own(segmenter.parameters, key)!, value));
  }
  return { kind: 'segmenter', id, values };
}

/** The text form of a spec, without defaults, for manifests. */
export function formatSegments(spec: SegmentSpec): string {
  if (spec.kind === 'file') return spec.path;
  if (spec.id === 'grid') return `grid:${spec.values['rows']}x${spec.values['columns']}`;
  const given = Object.entries(segmenters.get(spec.id)!.parameters)
    .filter(([key, { default: usual }]) => own(spec.values, key) !== usual)
    .map(([key]) => `${key}=${own(spec.values, key)}`);
  return given.length === 0 ? spec.id : `${spec.id}:${given.join(',')}`;
}

function keyAndValue(text: string, segmenter: Segmenter, pair: string): readonly [string, string] {
  const keys = Object.keys(segmenter.parameters);
  const known = `It has: ${keys.join(', ')}.`;
  const equals = pair.indexOf('=');
  if (equals < 0) {
    const form = segmenter.id === 'grid' ? 'RxC, such as grid:7x7' : 'key=value';
    throw wrong(text, `'${segmenter.id}:' must be followed by ${form}, not by '${pair.trim()}'.`, known);
  }
  const key = pair.slice(0, equals).trim();
  if (!Object.hasOwn(segmenter.parameters, key)) {
    throw wrong(text, `${segmenter.id} has no parameter '${key}'.${didYouMean(key, keys)}`, known);
  }
  return [key, pair.slice(equals + 1).trim()];
}

function read(text: string, name: string, spec: ParameterSpec, typed: string): number | string | boolean {
  const fail = (what: string) => wrong(text, `${name} must be ${what}, not '${typed}'.`, `${spec.about}.`);
  if (spec.kind === 'text') return typed;
  if (spec.kind === 'choice') {
    if (Object.hasOwn(spec.choices, typed)) return typed;
    const choices = Object.keys(spec.choices);
    throw fail(`one of ${choices.join(', ')}`);
  }
  if (spec.kind === 'boolean') {
    if (typed === 'true' || typed === 'false') return typed === 'true';
    throw fail('true or false');
  }
  const value = typed === '' ? Number.NaN : Number(typed);
  if (spec.kind === 'integer' ? !Number.isSafeInteger(value) : !Number.isFinite(value)) {
    throw fail(spec.kind === 'integer' ? 'a whole number' : 'a number');
  }
  const { min = -Infinity, max = Infinity } = spec;
  if (value < min || value > max) throw fail(max === Infinity ? `at least ${min}` : `from ${min} to ${max}`);
  return value;
}

const wrong = (subject: string, message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject, next });
