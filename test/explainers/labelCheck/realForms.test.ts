// Errors planted in the labels of real images, in each form that labels of whole images have, are found on their lines.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { missingData, sharedData } from '../../data.ts';
import { LONG } from '../../long.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'real-forms-'));
const session = new Session({ threads: 2 });
afterAll(async () => {
  await session.dispose();
  rmSync(root, { recursive: true });
});
const reason = missingData('images/pets', 'images/nih', 'models/cxr-nih14-efficientnet-lite0/model.onnx');

interface Labelled {
  readonly file: string;
  readonly has: readonly string[];
}
interface Planted {
  readonly file: string;
  /** What the file says, and what is in the image. */
  readonly said: string;
  readonly is: string;
}

/** Writes a form of the labels; where a label of each image stands. */
type Form = (
  folder: string,
  set: { readonly images: readonly Labelled[]; readonly classes: readonly string[]; readonly from: string },
) => { readonly source: string; readonly line: (image: Labelled) => { file: string; line: number | null } };

const copyAll = (from: string, folder: string, images: readonly Labelled[], to = (image: Labelled) => image.file) => {
  for (const image of images) {
    mkdirSync(path.dirname(path.join(folder, to(image))), { recursive: true });
    copyFileSync(path.join(from, image.file), path.join(folder, to(image)));
  }
};
const csv = (folder: string, header: readonly string[], rows: readonly (readonly (string | number)[])[]) => {
  const file = path.join(folder, 'labels.csv');
  writeFileSync(file, [header, ...rows].map((row) => `${row.join(',')}\n`).join(''));
  return file;
};
const onLine = (source: string, images: readonly Labelled[]) => ({
  source,
  line: (image: Labelled) => ({ file: source, line: images.indexOf(image) + 2 }),
});

const FORMS: Readonly<Record<string, Form>> = {
  'a folder per class': (folder, { images, from }) => {
    copyAll(from, folder, images, ({ has, file }) => path.join(has[0]!, file));
    return { source: folder, line: () => ({ file: folder, line: null }) };
  },
  'a column per class': (folder, { images, classes, from }) => {
    copyAll(from, folder, images);
    const rows = images.map(({ file, has }) => [file, ...classes.map((name) => (has.includes(name) ? 1 : 0))]);
    return onLine(csv(folder, ['filename', ...classes], rows), images);
  },
  'CheXpert’s form': (folder, { images, classes, from }) => {
    copyAll(from, folder, images);
    const rows = images.map(({ file, has }) => [
      `CheXpert-v1.0/${file}`,
      ...['Female', 60, 'Frontal', 'AP'],
      ...classes.map((name) => (has.includes(name) ? '1.0' : '0.0')),
    ]);
    return onLine(csv(folder, ['Path', 'Sex', 'Age', 'Frontal/Lateral', 'AP/PA', ...classes], rows), images);
  },
  'a YOLO set': (folder, { images, classes, from }) => {
    copyAll(from, folder, images, ({ file }) => path.join('images/train', file));
    mkdirSync(path.join(folder, 'labels/train'), { recursive: true });
    const names = classes.map((name) => JSON.stringify(name)).join(', ');
    writeFileSync(path.join(folder, 'data.yaml'), `train: images/train\nnames: [${names}]\n`);
    const text = ({ file }: Labelled) => path.join(folder, 'labels/train', `${path.parse(file).name}.txt`);
    for (const image of images)
      writeFileSync(text(image), image.has.map((name) => `${classes.indexOf(name)} 0.5 0.5 0.9 0.9\n`).join(''));
    return { source: folder, line: (image) => ({ file: text(image), line: 1 }) };
  },
  'a Parquet table that holds the images': (folder, { images, from }) => {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'set.parquet');
    const bytes = images.map((image) => new Uint8Array(readFileSync(path.join(from, image.file))));
    const label = images.map(({ has }) => has.join('|'));
    const columnData = [
      { name: 'image', data: bytes, type: 'BYTE_ARRAY' },
      { name: 'label', data: label, type: 'STRING' },
    ] as const;
    writeFileSync(file, new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], rowGroupSize: 8 })));
    return { source: file, line: (image) => ({ file, line: images.indexOf(image) + 1 }) };
  },
};

const FINDINGS = ['Atelectasis', 'Cardiomegaly', 'Effusion', 'Infiltration', 'Mass', 'Nodule', 'Pneumonia', 'Pneumothorax', 'Consolidation', 'Edema', 'Emphysema', 'Fibrosis', 'Pleural_Thickening', 'Hernia']; // biome-ignore format: one list
let pets: { readonly images: readonly Labelled[]; readonly classes: readonly string[]; readonly from: string };
let chests: typeof pets;
beforeAll(() => {
  if (reason) return;
  const from = path.join(sharedData, 'images/pets');
  const images = readdirSync(from).map((file) => ({ file, has: [file.replace(/_\d+\.jpg$/, '')] }));
  pets = { images, classes: [...new Set(images.flatMap(({ has }) => has))].sort(), from };
  const table = readFileSync(path.join(sharedData, 'annotations/nih/Data_Entry_2017_v2020.subset.csv'), 'utf8');
  const [, ...rows] = table.trim().split(/\r?\n/).map((line) => line.split(',')); // biome-ignore format: one line
  const labelled = rows.map(([file, labels]) => ({
    file: file!,
    has: labels!.split('|').filter((label) => label !== 'No Finding'),
  }));
  chests = { images: labelled, classes: FINDINGS, from: path.join(sharedData, 'images/nih') };
});

async function check(name: string, form: Form, set: typeof pets, planted: readonly Planted[], model: string) {
  const images = set.images.map((image) => {
    const wrong = planted.find(({ file }) => file === image.file);
    return wrong ? { ...image, has: image.has.map((label) => (label === wrong.is ? wrong.said : label)) } : image;
  });
  const { source, line } = form(path.join(root, name), { ...set, images });
  const { findings, skipped } = await session.checkLabels({ model, sources: [{ path: source }] });
  expect(skipped).toEqual([]);
  for (const { file, said, is } of planted) {
    const place = line(images.find((image) => image.file === file)!);
    const onLine = findings.filter((each) => each.file === place.file && each.line === place.line);
    const own = place.line === null ? onLine.filter(({ image }) => path.basename(image) === file) : onLine;
    // The wrong label is found, or that the right one is missing; both in one question where the model is sure enough.
    const about = own.map(({ kind, label, instead }) => [kind, label, instead?.label].join(' ').trim());
    expect(about, `${name}, ${file}`).toContain(
      about.includes(`doubtful ${said}`) ? `doubtful ${said}` : `swapped ${said} ${is}`,
    );
  }
}

const PARQUET = 'a Parquet table that holds the images';
const PET_FORMS = ['a folder per class', 'a column per class', 'a YOLO set', PARQUET];
const CHEST_FORMS = ['CheXpert’s form', ...(LONG ? ['a column per class', 'a YOLO set', PARQUET] : [])];

describe.skipIf(reason !== undefined)(`real images${reason ? ` (${reason})` : ''}`, () => {
  test.each(PET_FORMS)('pets in %s', async (name) => {
    const coco = JSON.parse(readFileSync(path.join(sharedData, 'annotations/pets/instances.coco.json'), 'utf8')) as {
      readonly categories: readonly { readonly name: string; readonly imagenet_index: number }[];
    };
    const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    for (const { name, imagenet_index } of coco.categories) labels[imagenet_index] = name;
    const model = path.join(root, 'pets.explain.json');
    const weights = path.join(sharedData, 'models/imagenet-efficientnet-lite0/model.onnx');
    const input = { size: [224, 224], resize: 'squash', scale: 1, mean: 127, std: 128 };
    writeFileSync(model, JSON.stringify({ model: weights, task: 'multi-class', labels, input }));
    const planted = [
      { file: 'pug_17.jpg', is: 'pug', said: 'beagle' },
      { file: 'samoyed_11.jpg', is: 'samoyed', said: 'boxer' },
    ];
    await check(`pets ${name}`, FORMS[name]!, pets, planted, model);
  });

  test.each(CHEST_FORMS)('chest X-rays in %s', async (name) => {
    const model = path.join(root, 'chest.explain.json');
    const weights = path.join(sharedData, 'models/cxr-nih14-efficientnet-lite0/model.onnx');
    const input = { size: [224, 224], scale: 1, mean: 127, std: 128 };
    const output = { name: 'logits' };
    writeFileSync(model, JSON.stringify({ model: weights, task: 'multi-label', labels: FINDINGS, input, output }));
    const wrong = chests.images.find(({ has }) => has.length === 1 && has[0] === 'Cardiomegaly')!;
    const planted = [{ file: wrong.file, is: 'Cardiomegaly', said: 'Pneumothorax' }];
    await check(`chest ${name}`, FORMS[name]!, chests, planted, model);
  });
});
