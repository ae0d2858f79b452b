import type { Geometry, Size } from '../contracts/geometry.ts';
import type { ImageAnnotation } from '../contracts/results.ts';
import type { Region } from './checkedImage.ts';
import { type Cells, coverage, energyWithin, gridOf, outdoneShare, visible } from './evidence.ts';
import { type Look, loadLook } from './look.ts';

/** The model's output for one image, independent of its labels: the content of the journal. */
export interface Observation {
  /** Names that annotation files may use for the image besides its path. */
  readonly ids: readonly string[];
  readonly geometry: Geometry;
  /** Per class, after the activation. */
  readonly scores: Float32Array;
  /** For each class with a map: its evidence, null if it has none. */
  readonly maps: ReadonlyMap<number, Cells | null>;
  /** Absent: the image was not decoded. */
  readonly look?: Look | undefined;
}

/** How the evidence relates to each drawn annotation. */
export function regionsOf(
  { geometry, maps }: Observation,
  annotations: readonly ImageAnnotation[],
): ReadonlyMap<ImageAnnotation, Region> {
  const regions = new Map<ImageAnnotation, Region>();
  if (maps.size === 0) return regions;
  const seen = visible(geometry);
  const all = sum(seen);
  for (const annotation of annotations) {
    const { shape, index } = annotation;
    if (!shape || index === null) continue;
    const covered = coverage(shape, geometry);
    const energy = new Map<number, number>();
    for (const [each, cells] of maps) {
      const share = cells ? energyWithin(cells, covered, seen) : Number.NaN;
      if (!Number.isNaN(share)) energy.set(each, share);
    }
    const own = maps.get(index);
    const outdone = own ? outdoneShare(own, shape, geometry) : Number.NaN;
    regions.set(annotation, { area: all > 0 ? sum(covered) / all : 0, energy, outdone });
  }
  return regions;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

interface Saved {
  readonly ids: readonly string[];
  readonly geometry: Geometry;
  readonly scores: string;
  readonly maps: Readonly<Record<string, string>>;
  readonly file?: string;
  readonly thumbnail?: string;
}

/** In the form of a journal line. */
export function saveObservation({ ids, geometry, scores, maps, look }: Observation): Saved {
  return {
    ids,
    geometry,
    scores: base64(new Uint8Array(scores.buffer, scores.byteOffset, scores.byteLength)),
    maps: Object.fromEntries([...maps].map(([index, cells]) => [index, cells ? base64(cells) : ''])),
    ...(look && { file: look.file, thumbnail: base64(look.thumbnail) }),
  };
}

/** Null if the line was not written by {@link saveObservation}. */
export function loadObservation(value: unknown, classes: number): Observation | null {
  const { ids, geometry, scores, maps, file, thumbnail } = (value ?? {}) as Partial<Record<keyof Saved, unknown>>;
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return null;
  if (!isGeometry(geometry) || typeof scores !== 'string' || typeof maps !== 'object' || maps === null) return null;
  const bytes = Uint8Array.from(Buffer.from(scores, 'base64'));
  if (bytes.length !== 4 * classes) return null;
  const [rows, columns] = gridOf(geometry.input);
  const cells = new Map<number, Cells | null>();
  for (const [key, text] of Object.entries(maps)) {
    if (typeof text !== 'string' || !(Number(key) < classes)) return null;
    const values = Uint8Array.from(Buffer.from(text, 'base64'));
    if (values.length > 0 && values.length !== rows * columns) return null;
    cells.set(Number(key), values.length > 0 ? values : null);
  }
  const look = loadLook(file, thumbnail);
  return { ids, geometry, scores: new Float32Array(bytes.buffer), maps: cells, ...(look && { look }) };
}

function isGeometry(value: unknown): value is Geometry {
  const { image, input, scale, offset } = (value ?? {}) as Partial<Record<keyof Geometry, unknown>>;
  const pair = (each: unknown): each is Size =>
    Array.isArray(each) && each.length === 2 && each.every((v) => typeof v === 'number' && Number.isFinite(v));
  return [image, input, scale, offset].every(pair);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
