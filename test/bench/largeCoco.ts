import { closeSync, openSync, writeSync } from 'node:fs';

/** Corners of each outline: two numbers each, about 13 bytes. */
const CORNERS = 122;
const PER_IMAGE = 5;
/** So many different outlines there are. */
const OUTLINES = 89;
export const LABELS = ['cat', 'dog', 'zebra', 'Pleural effusion'] as const;

/** The outline of annotation `id`: a star whose corners differ from one to the next. */
export function outlineOf(id: number): number[] {
  return Array.from({ length: 2 * CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * Math.floor(i / 2)) / CORNERS;
    const radius = 100 + ((id * 37 + Math.floor(i / 2) * 101) % OUTLINES);
    return Math.round(100 * (i % 2 ? 256 + radius * Math.sin(angle) : 320 + radius * Math.cos(angle))) / 100;
  });
}

/** The label of annotation `id`. */
export const labelOf = (id: number) => LABELS[id % LABELS.length]!;
/** The name of the image of annotation `id`, counted from 1. */
export const imageOf = (id: number) => `images/${String(Math.ceil(id / PER_IMAGE)).padStart(8, '0')}.jpg`;

/**
 * Writes a COCO file as Python's `json.dump` does, in one line: five annotations an image, each with an outline and a
 * box. Always the same bytes; 100,000 annotations make about 200 MB.
 */
export function writeLargeCoco(path: string, annotations: number): void {
  const file = openSync(path, 'w');
  let text = '{"info": {"description": "made"}, "images": [';
  const write = (more: string, last = false) => {
    text += more;
    if (!last && text.length < 2 ** 22) return;
    writeSync(file, text);
    text = '';
  };
  const images = Math.ceil(annotations / PER_IMAGE);
  const outlines = Array.from({ length: OUTLINES }, (_, id) => outlineOf(id).join(', '));
  for (let i = 1; i <= images; i++)
    write(
      `${i > 1 ? ', ' : ''}{"license": 1, "file_name": "${imageOf(i * PER_IMAGE)}", "height": 512, "width": 640, "id": ${i}}`,
    );
  write('], "annotations": [');
  for (let id = 1; id <= annotations; id++) {
    const category = (id % LABELS.length) + 1;
    write(
      `${id > 1 ? ', ' : ''}{"segmentation": [[${outlines[id % OUTLINES]}]], "area": 1.5, "iscrowd": 0, ` +
        `"image_id": ${Math.ceil(id / PER_IMAGE)}, "bbox": [67, 3, 377, 377], "category_id": ${category}, "id": ${id}}`,
    );
  }
  const categories = LABELS.map((name, i) => `{"id": ${i + 1}, "name": "${name}"}`).join(', ');
  write(`], "categories": [${categories}]}`, true);
  closeSync(file);
}
