import path from 'node:path';
import type { Preprocessing } from '../contracts/card.ts';
import type { Size } from '../contracts/geometry.ts';
import { ExplainError } from '../errors.ts';
import { leadsOut } from '../files/reach.ts';
import type { Opening } from '../importers/importer.ts';
import { readText } from './nearbyFiles.ts';

/** How Hugging Face's and timm's files next to a model describe its images; what they leave open is absent. */
export interface SettingsBeside {
  readonly size?: Size;
  readonly pixels?: Pick<Preprocessing, 'scale' | 'mean' | 'std' | 'resize' | 'cropFraction'> &
    Partial<Pick<Preprocessing, 'interpolation'>>;
  /** The file that they come from. */
  readonly from: string;
}

type Json = Readonly<Record<string, unknown>>;
type Read = (json: Json) => Omit<SettingsBeside, 'from'> | undefined;

/** The files, the most telling first, and how each describes an image processor. */
const FILES: readonly (readonly [name: string, read: Read])[] = [
  ['preprocessor_config.json', processor],
  [
    'processor_config.json',
    (json) => (isObject(json['image_processor']) ? processor(json['image_processor']) : undefined),
  ],
  ['config.json', (json) => (isObject(json['pretrained_cfg']) ? timm(json['pretrained_cfg']) : undefined)],
];

/** The settings in a file next to the model, or one folder up from a folder called onnx; undefined: there is none. */
export function settingsBeside(
  model: string,
  within: readonly string[],
  opening?: Opening,
): SettingsBeside | undefined {
  for (const [name, read] of FILES) {
    const json = jsonBeside(model, name, within, opening);
    const found = json && read(json);
    if (found) return { ...found, from: name };
  }
  return undefined;
}

/** A JSON object next to a model; undefined if there is none, or it leads elsewhere. */
export function jsonBeside(
  model: string,
  name: string,
  within: readonly string[],
  opening?: Opening,
): Json | undefined {
  const folder = path.dirname(model);
  const folders = path.basename(folder) === 'onnx' ? [folder, path.dirname(folder)] : [folder];
  for (const place of folders) {
    const file = path.join(place, name);
    opening?.(file);
    if (leadsOut(file, [folder, ...within])) continue;
    const json = parsed(file);
    if (json) return json;
  }
  return undefined;
}

/** Files of these names may have any other purpose, so an unreadable one says nothing. */
function parsed(file: string): Json | undefined {
  try {
    const text = readText(file, 'card');
    const json: unknown = text === undefined ? undefined : JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch (thrown) {
    if (thrown instanceof ExplainError || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

/** An image processor of transformers. */
function processor(json: Json): ReturnType<Read> {
  const [mean, std] = [numbers(json['image_mean']), numbers(json['image_std'])];
  const target = sizeOf(json['size']);
  if (!mean && !std && !target) return undefined;
  const crop = json['do_center_crop'] === true ? sizeOf(json['crop_size']) : undefined;
  const share = positive(json['crop_pct']);
  const rescale = json['do_rescale'] === false ? 1 : 1 / (positive(json['rescale_factor']) ?? 1 / 255);
  const normalise = json['do_normalize'] !== false;
  const interpolation = PIL[Number(json['resample'])];
  // ConvNeXt and LeViT enlarge the shorter side themselves before they crop.
  const shorter = target?.kind === 'shortest' ? target.size[0] : undefined;
  const cropped =
    crop?.size ?? (shorter !== undefined && share !== undefined && shorter < 384 ? target!.size : undefined);
  const fraction =
    crop && target ? Math.min(1, shorterOf(crop.size) / shorterOf(target.size)) : cropped ? (share ?? 0.875) : 0.875;
  return {
    ...((cropped ?? target) && { size: cropped ?? target!.size }),
    pixels: {
      scale: Math.abs(rescale - 255) < 1e-3 ? 255 : rescale,
      mean: (normalise && mean) || [0],
      std: (normalise && std) || [1],
      resize: cropped ? 'crop' : 'squash',
      cropFraction: fraction,
      ...(interpolation && { interpolation }),
    },
  };
}

const shorterOf = ([height, width]: Size) => Math.min(height, width);

/** PIL's numbers of its filters. */
const PIL: readonly (Preprocessing['interpolation'] | undefined)[] = ['nearest', 'lanczos', 'bilinear', 'bicubic'];

/** 224, { height, width } or { shortest_edge }. */
function sizeOf(value: unknown): { readonly kind: 'both' | 'shortest'; readonly size: Size } | undefined {
  const whole = (each: unknown) =>
    typeof each === 'number' && Number.isInteger(each) && each >= 1 && each <= 16384 ? each : undefined;
  const side = whole(value);
  if (side !== undefined) return { kind: 'both', size: [side, side] };
  if (!isObject(value)) return undefined;
  const [height, width, shortest] = [value['height'], value['width'], value['shortest_edge']].map(whole);
  if (height !== undefined && width !== undefined) return { kind: 'both', size: [height, width] };
  return shortest === undefined ? undefined : { kind: 'shortest', size: [shortest, shortest] };
}

/** A pretrained_cfg of timm. */
function timm(json: Json): ReturnType<Read> {
  const [mean, std] = [numbers(json['mean']), numbers(json['std'])];
  const [, height, width] = numbers(json['input_size']) ?? [];
  const size = sizeOf({ height, width })?.size;
  if (!mean || !std) return undefined;
  const interpolation = INTERPOLATIONS.find((each) => each === json['interpolation']);
  const squash = json['crop_mode'] === 'squash';
  return {
    ...(size && { size }),
    pixels: {
      scale: 255,
      mean,
      std,
      resize: squash ? 'squash' : 'crop',
      cropFraction: Math.min(1, positive(json['crop_pct']) ?? 0.875),
      ...(interpolation && { interpolation }),
    },
  };
}

const INTERPOLATIONS: readonly Preprocessing['interpolation'][] = ['nearest', 'bilinear', 'bicubic', 'lanczos'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const positive = (value: unknown) => (typeof value === 'number' && value > 0 ? value : undefined);
const numbers = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.length <= 16 && value.every((each) => Number.isFinite(each))
    ? value
    : undefined;
