import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { unionMask } from '../../../src/explainers/annotations/shapes/rasterize.ts';
import { scaleShape } from '../../../src/explainers/annotations/shapes/shapes.ts';
import { AnnotationStore } from '../../../src/explainers/annotations/store.ts';
import { iou } from './fixture.ts';

const DATA = process.env['SALIENCY_LENS_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const NIH = [
  'Atelectasis',
  'Cardiomegaly',
  'Effusion',
  'Infiltration',
  'Mass',
  'Nodule',
  'Pneumonia',
  'Pneumothorax',
  'Edema',
];

describe.skipIf(!existsSync(`${DATA}/annotations`))('real files (SALIENCY_LENS_DATA)', () => {
  const store = new AnnotationStore();
  const at = (path: string) => `${DATA}/${path}`;

  test('the official boxes are the same in both files, to the two digits of the COCO one', async () => {
    const request = { ids: [], size: [1024, 1024] as const, labels: NIH, aliases: {} };
    const coco = await store.open({ path: at('annotations/nih/boxes.coco.json') });
    let boxes = 0;
    for (const { image } of coco!.images) {
      const of = (path: string) =>
        store.annotationsOf({
          ...request,
          path: at(`images/nih/${image}`),
          sources: [{ path: at(`annotations/nih/${path}`) }],
        });
      const [csv, json] = [await of('BBox*.csv'), await of('*.json')];
      expect(json.problems).toEqual([]);
      expect(csv.problems).toEqual([]);
      const corners = ({ annotations }: typeof csv) =>
        annotations.flatMap(({ index, shape }) =>
          shape?.kind === 'box' ? [[index, shape.x, shape.y, shape.width, shape.height]] : [],
        );
      const sorted = (rows: (number | null)[][]) => rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
      const [a, b] = [sorted(corners(csv)), sorted(corners(json))];
      expect(a).toHaveLength(b.length);
      for (const [i, value] of a.flat().entries()) expect(value).toBeCloseTo(b.flat()[i]!, 2);
      boxes += a.length;
    }
    expect(boxes).toBe(60);
  });

  test('labels of whole images say present and absent', async () => {
    const found = await store.annotationsOf({
      path: at('images/nih/00000150_002.png'),
      ids: [],
      size: [1024, 1024],
      labels: NIH,
      aliases: {},
      sources: [{ path: at('annotations/nih/*.csv') }],
    });
    expect(found.states).toMatchObject({ 0: 'present', 3: 'present', 6: 'drawn', 8: 'absent' });
  });

  test('every COCO file is read without a problem', async () => {
    const counts = await Promise.all(
      ['covid/lung-boxes', 'nih/boxes', 'pets/instances'].map(async (path) => {
        const file = await store.open({ path: at(`annotations/${path}.coco.json`) });
        expect(file?.problems).toEqual([]);
        return [file?.images.length, file?.images.reduce((sum, { annotations }) => sum + annotations.length, 0)];
      }),
    );
    expect(counts).toEqual([
      [14, 28],
      [67, 60],
      [29, 58],
    ]);
    const rg1 = await store.open({ path: at('dicom-pydicom/RG1.coco.json') });
    expect(rg1?.images).toMatchObject([{ image: 'RG1_J2KI.dcm', size: [1955, 1841] }]);
    const raw = JSON.parse(readFileSync(at('dicom-pydicom/RG1.coco.json'), 'utf8')) as { annotations: unknown[] };
    expect(rg1?.images[0]?.annotations).toHaveLength(raw.annotations.length);
  });

  test('outlines of pets in YOLO text are those of the COCO file', async () => {
    const coco = await store.open({ path: at('annotations/pets/instances.coco.json') });
    let outlines = 0;
    for (const { image, size, annotations } of coco!.images) {
      const name = image
        .split('/')
        .at(-1)!
        .replace(/\.\w+$/, '');
      const file = await store.open({ path: at(`annotations/pets/yolo-seg/${name}.txt`) });
      expect(file?.format).toBe('yolo');
      expect(file?.problems).toEqual([
        'no data.yaml or classes.txt next to it names its classes, so they go by their numbers',
      ]);
      const shapes = file!.images[0]!.annotations.flatMap(({ shape }) =>
        shape ? scaleShape(shape, [1, 1], size!) : [],
      );
      const bodies = annotations.flatMap(({ shape }) => (shape && shape.kind !== 'box' ? [shape] : []));
      if (bodies.length === 0) continue;
      outlines++;
      expect([name, iou(unionMask(shapes, size!).data, unionMask(bodies, size!).data) > 0.98]).toEqual([name, true]);
    }
    expect(outlines).toBe(29);
  });

  test('masks of lungs lie in the boxes of the COCO file, and their third value is said to be undecided', async () => {
    const coco = await store.open({ path: at('annotations/covid/lung-boxes.coco.json') });
    let undecided = 0;
    for (const { image, size, annotations } of coco!.images) {
      const name = image.split('/').at(-1)!;
      const file = await store.open({ path: at(`annotations/covid/lung-masks-v7/${name}.png`) });
      expect(file).toMatchObject({ format: 'maskImage', labels: ['lung'], images: [{ image: name, size }] });
      undecided += file!.problems.filter((problem) => problem.startsWith('the value 127 ')).length;
      const lungs = unionMask(
        file!.images[0]!.annotations.flatMap(({ shape }) => shape ?? []),
        size!,
      ).data;
      const boxes = unionMask(
        annotations.flatMap(({ shape }) => shape ?? []),
        size!,
      ).data;
      const inside = lungs.reduce((sum, v, i) => sum + (v & boxes[i]!), 0);
      expect([name, inside / lungs.reduce((sum, v) => sum + v, 0) > 0.95]).toEqual([name, true]);
    }
    expect(undecided).toBeGreaterThan(0);
  });
});
