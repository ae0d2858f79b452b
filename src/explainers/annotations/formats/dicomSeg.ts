import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { errorReport } from '../../errors.ts';
import { type DataSet, type DicomFile, parseDicom, pixelElement } from '../../images/dicom/dataset.ts';
import { own } from '../../tables.ts';
import { defineFormat, type FormatInput } from '../format.ts';
import { namedAsMask } from '../match/maskNames.ts';
import { annotationError, Problems, quoted } from '../problems.ts';
import { encodeRuns } from '../shapes/runs.ts';
import { declaredSize } from '../shapes/shapes.ts';

const TAG = {
  type: 'x00620001',
  segments: 'x00620002',
  number: 'x00620004',
  label: 'x00620005',
  identification: 'x0062000a',
  referencedSegment: 'x0062000b',
  maximum: 'x0062000e',
  rows: 'x00280010',
  columns: 'x00280011',
  frames: 'x00280008',
  allocated: 'x00280100',
  shared: 'x52009229',
  perFrame: 'x52009230',
  derivation: 'x00089124',
  source: 'x00082112',
  series: 'x00081115',
  instances: 'x0008114a',
  instance: 'x00081155',
} as const;

/** Segmentation Storage, Label Map Segmentation Storage. */
const SOP_CLASSES = ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'];
/** (0002,0002) and (0002,0010) UI: the SOP class and the transfer syntax in the file's head. */
const SOP_CLASS_TAG = [2, 0, 2, 0, 0x55, 0x49];
const SYNTAX_TAG = [2, 0, 0x10, 0, 0x55, 0x49];
/** Transfer syntaxes with a compressed frame after another, or with frames as they are but wrapped like these. */
const ENCAPSULATED = /^1\.2\.840\.10008\.1\.2\.(?:4\.\d+|5|8\.1|1\.98)$/;

const MOST_LABEL_BYTES = 1024;

/** The position of the masks of a frame. */
interface Place {
  readonly image: string;
  readonly segment: number;
}

/**
 * DICOM Segmentation (PS3.3 A.51) and Label Map Segmentation: frames of bits, of fractions (thresholded at half) or of
 * segment numbers, for the instances that they were derived from, identified by their SOP Instance UID. A segment
 * without a frame for an instance is absent from it. Frames match their image pixel by pixel; if they are only
 * positioned in space, their image is unknown.
 */
export const dicomSeg = defineFormat({
  id: 'dicomSeg',
  title: 'DICOM Segmentation',
  page: {
    shapes: 'binary, fractional, label maps; compressed too',
    absent: 'yes',
    image: 'SOP Instance UID',
  },
  extensions: ['.dcm', '.dicom'],
  mayBe: namedAsMask,
  masks: true,
  needsFrames: ({ bytes }) => ENCAPSULATED.test(uidOf(bytes, SYNTAX_TAG)),
  sniff: (file) => isSegmentation(file),

  parse(file) {
    const dicom = opened(file);
    const { data } = dicom;
    const problems = new Problems();
    const size = declaredSize(data.uint16(TAG.rows), data.uint16(TAG.columns));
    if (!size) throw broken(file, 'Rows', 'declares an invalid size');
    const labels = segmentsOf(data);
    if (labels.size === 0) throw broken(file, 'SegmentSequence', 'names no segment');
    const listed = instancesOf(data);
    const images = new Map<string, Map<number, Uint8Array>>(listed.map((uid) => [uid, new Map()]));
    const frames = framesOf(file, dicom, size);
    for (const [i, values] of frames.entries()) {
      const place = placeOf(data, i, listed);
      if ('fault' in place) {
        problems.add(`frame ${i + 1}`, place.fault);
        continue;
      }
      const masks = images.get(place.image) ?? new Map<number, Uint8Array>();
      images.set(place.image, masks);
      for (const [segment, set] of values(place.segment)) {
        if (!labels.has(segment)) problems.add(`frame ${i + 1}`, `segment ${segment} has no name`);
        const known = masks.get(segment);
        if (!known) masks.set(segment, set);
        else for (let p = 0; p < set.length; p++) known[p]! |= set[p]!;
      }
    }
    return {
      path: file.path,
      format: 'dicomSeg',
      labels: [...new Set(labels.values())],
      images: [...images].map(
        ([image, masks]): AnnotatedImage => ({ image, size, annotations: drawn(masks, labels, size) }),
      ),
      problems: problems.list(),
    };
  },
});

/** By the first kilobyte of a file. */
export function isSegmentation({ bytes }: FormatInput): boolean {
  return SOP_CLASSES.includes(uidOf(bytes, SOP_CLASS_TAG));
}

/** A name of the file's head, without reading further; '' if there is none. */
function uidOf(bytes: Uint8Array, tag: readonly number[]): string {
  const head = bytes.subarray(0, 1024);
  const at = head.findIndex((_, i) => i >= 132 && tag.every((byte, k) => head[i + k] === byte));
  if (at < 0) return '';
  const length = head[at + 6]! | (head[at + 7]! << 8);
  return new TextDecoder('latin1').decode(head.subarray(at + 8, at + 8 + length)).split('\0')[0]!;
}

function opened(file: FormatInput): DicomFile {
  try {
    return parseDicom(file);
  } catch (thrown) {
    if (errorReport(thrown).kind === 'internal') throw thrown;
    throw broken(file, null, 'is damaged or cut off');
  }
}

function broken(file: FormatInput, where: string | null, what: string) {
  return annotationError(file.path, where, `The DICOM segmentation ${what}.`, 'Export the segmentation again.');
}

function items(data: DataSet | undefined, tag: string): DataSet[] {
  return (own(data?.elements, tag)?.items ?? []).flatMap(({ dataSet }) => dataSet ?? []);
}

function segmentsOf(data: DataSet): Map<number, string> {
  const labels = new Map<number, string>();
  for (const item of items(data, TAG.segments)) {
    const number = item.uint16(TAG.number);
    // Names may be in another character set than the parser assumes; most are ASCII or UTF-8.
    if (number !== undefined && number > 0) labels.set(number, textOf(item, TAG.label) || `segment ${number}`);
  }
  return labels;
}

function textOf(data: DataSet, tag: string): string {
  const element = own(data.elements, tag);
  if (!element) return '';
  // Padded with zeros or spaces; the standard allows 64 characters.
  const length = Math.min(element.length, MOST_LABEL_BYTES);
  const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + length);
  return new TextDecoder().decode(bytes).split('\0')[0]!.trim();
}

/** The instances that the object refers to as a whole. */
function instancesOf(data: DataSet): string[] {
  const series = items(data, TAG.series);
  const instances = series.flatMap((each) => items(each, TAG.instances));
  return [...new Set(instances.flatMap((each) => each.string(TAG.instance) ?? []))];
}

/** The functional group of a frame, else the shared one. */
function groupOf(data: DataSet, frame: number, tag: string): DataSet | undefined {
  const own = data.elements[TAG.perFrame]?.items?.[frame]?.dataSet;
  return items(own, tag)[0] ?? items(items(data, TAG.shared)[0], tag)[0];
}

function placeOf(data: DataSet, frame: number, listed: readonly string[]): Place | { readonly fault: string } {
  const segment = groupOf(data, frame, TAG.identification)?.uint16(TAG.referencedSegment) ?? 0;
  const sources = items(groupOf(data, frame, TAG.derivation), TAG.source).flatMap(
    (each) => each.string(TAG.instance) ?? [],
  );
  const [image] = sources.length > 0 ? sources : listed;
  if (sources.length > 1 || (sources.length === 0 && listed.length !== 1) || image === undefined) {
    const count = sources.length || listed.length;
    return { fault: `it is derived from ${count} images, but only one can be drawn on` };
  }
  return { image, segment };
}

/** The segments of one frame with their pixels; the argument is the segment of the frame, if it has one. */
type FrameMasks = (segment: number) => [number, Uint8Array][];

function framesOf(file: FormatInput, dicom: DicomFile, size: Size): FrameMasks[] {
  const { data } = dicom;
  const element = pixelElement(dicom);
  if (!element) throw broken(file, 'PixelData', 'has no pixels');
  const pixels = size[0] * size[1];
  const frames = data.intString(TAG.frames) ?? 1;
  const bits = data.uint16(TAG.allocated) ?? 1;
  const available = Math.min(element.length, data.byteArray.length - element.dataOffset);
  if (![1, 8, 16].includes(bits)) throw broken(file, 'BitsAllocated', `has samples of ${bits} bits`);
  const { frames: decoded } = file;
  if (element.encapsulatedPixelData && !decoded)
    throw broken(file, 'PixelData', `is compressed (${quoted(dicom.syntax)}), which is not supported`);
  const missing = decoded ? decoded.length < frames : (frames * pixels * bits) / 8 > available;
  if (!(frames >= 1) || missing)
    throw broken(file, 'PixelData', 'has fewer pixels than it declares, so it is truncated');
  const view = new DataView(data.byteArray.buffer, data.byteArray.byteOffset + element.dataOffset, available);
  const nativeAt = (i: number) =>
    bits === 1
      ? (view.getUint8(i >> 3) >> (i & 7)) & 1
      : bits === 8
        ? view.getUint8(i)
        : view.getUint16(2 * i, dicom.littleEndian);
  const valueAt = (frame: number, p: number) => decoded?.[frame]?.[p] ?? nativeAt(frame * pixels + p);
  const type = (data.string(TAG.type) ?? 'BINARY').trim();
  const half = type === 'FRACTIONAL' ? (data.uint16(TAG.maximum) ?? 255) / 2 : 1;
  return Array.from(
    { length: frames },
    (_, frame): FrameMasks =>
      (segment) => {
        if (type === 'LABELMAP') return numbered(pixels, (p) => valueAt(frame, p));
        const mask = new Uint8Array(pixels);
        for (let p = 0; p < pixels; p++) mask[p] = valueAt(frame, p) >= half ? 1 : 0;
        return [[segment, mask]];
      },
  );
}

function numbered(pixels: number, valueAt: (pixel: number) => number): [number, Uint8Array][] {
  const masks = new Map<number, Uint8Array>();
  for (let p = 0; p < pixels; p++) {
    const value = valueAt(p);
    if (value === 0) continue;
    let mask = masks.get(value);
    if (!mask) {
      // A broken file has noise for numbers; no image has more classes than this.
      if (masks.size >= 64) continue;
      mask = new Uint8Array(pixels);
      masks.set(value, mask);
    }
    mask[p] = 1;
  }
  return [...masks];
}

function drawn(masks: ReadonlyMap<number, Uint8Array>, labels: ReadonlyMap<number, string>, size: Size): Annotation[] {
  return [...masks].flatMap(([segment, mask]): Annotation[] => {
    const label = labels.get(segment);
    if (label === undefined || !mask.includes(1)) return [];
    return [{ label, shape: { kind: 'runs', size, counts: encodeRuns(mask, size) }, id: String(segment) }];
  });
}
