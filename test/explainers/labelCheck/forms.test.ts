import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { COLOURS, type Colour, SIDE, type Square, writeColourModel, writeImage } from './coloured.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'forms-'));
const session = new Session({ threads: 1 });
let card: string;
beforeAll(() => {
  card = writeColourModel(path.join(root, 'model'));
});
afterAll(async () => {
  await session.dispose();
  rmSync(root, { recursive: true });
});

interface Picture {
  readonly name: string;
  readonly is: readonly Colour[];
  /** What the file says: image 7 is called blue where it is green, and image 4 lacks its second colour. */
  readonly said: readonly Colour[];
}
const PLACES: Readonly<Record<Colour, Square>> = { red: [0, 0, 14], green: [18, 0, 14], blue: [0, 18, 14] };
const pictures = Array.from({ length: 18 }, (_, i): Picture => {
  const is = [COLOURS[i % 3]!, ...(i % 2 ? [] : [COLOURS[(i + 1) % 3]!])];
  const said = i === 7 ? (['blue'] as const) : i === 4 ? is.slice(0, 1) : is;
  return { name: `image${i}.bmp`, is, said };
});

/** Writes the images of a form into a folder of its own. */
function images(form: string, below = '', names = pictures.map(({ name }) => name)): string {
  const folder = path.join(root, form);
  for (const [i, { is }] of pictures.entries())
    writeImage(path.join(folder, below, names[i]!), Object.fromEntries(is.map((colour) => [colour, PLACES[colour]])));
  return folder;
}

async function found(sources: readonly string[], ...more: readonly string[]) {
  const result = await session.checkLabels({ model: card, sources: sources.map((each) => ({ path: each })) });
  expect(result, more.join()).toMatchObject({ images: 18, skipped: [] });
  return result.findings.map(({ kind, label, instead, file, line }) => [
    kind,
    label,
    ...(instead ? [instead.label] : []),
    path.basename(file),
    line,
  ]);
}
const swapped = (file: string, line: number) => ['swapped', 'blue', 'green', file, line];
const missing = (file: string, line: number) => ['unlabelled', pictures[4]!.is[1], file, line];
/** The two planted errors in any order, because their scores may be close. */
const both = (...each: unknown[][]): unknown => expect.arrayContaining(each);

test('a column per class: planted errors are found on their lines', async () => {
  const folder = images('columns');
  const cells = ({ said }: Picture) => COLOURS.map((colour) => (said.includes(colour) ? 1 : 0));
  const lines = pictures.map((picture) => [picture.name, ...cells(picture)].join(','));
  writeFileSync(path.join(folder, 'labels.csv'), `filename,${COLOURS.join(',')}\n${lines.join('\n')}\n`);
  const findings = await found([path.join(folder, 'labels.csv')]);
  expect(findings).toEqual(both(swapped('labels.csv', 9), missing('labels.csv', 6)));
  expect(findings).toHaveLength(2);
});

test('CheXpert’s form: planted errors are found on their lines; what is uncertain or blank is no error', async () => {
  const name = (i: number) => `train/patient${String(i).padStart(5, '0')}/study1/view1_frontal.bmp`;
  const folder = images('chexpert', '', pictures.map((_, i) => name(i))); // biome-ignore format: one line
  const cell = (picture: Picture, colour: Colour, i: number) =>
    i === 10 && picture.is.includes(colour) ? '-1.0' : i === 12 ? '' : picture.said.includes(colour) ? '1.0' : '0.0';
  const lines = pictures.map((picture, i) =>
    [
      `CheXpert-v1.0/${name(i)}`,
      'Male',
      '60',
      'Frontal',
      'AP',
      ...COLOURS.map((colour) => cell(picture, colour, i)),
    ].join(','),
  );
  writeFileSync(
    path.join(folder, 'train.csv'),
    `Path,Sex,Age,Frontal/Lateral,AP/PA,${COLOURS.join(',')}\n${lines.join('\n')}\n`,
  );
  const result = await session.checkLabels({ model: card, sources: [{ path: path.join(folder, 'train.csv') }] });
  const said = result.findings.map(({ kind, label, instead, file, line }) => [kind, label, ...(instead ? [instead.label] : []), path.basename(file), line]); // biome-ignore format: one line
  expect(said).toEqual(both(swapped('train.csv', 9), missing('train.csv', 6)));
  expect(said).toHaveLength(2);
});

test('a folder per class: a planted image is found by its own name, in the set and not on a line', async () => {
  const folder = path.join(root, 'pets');
  for (const { name, is, said } of pictures)
    writeImage(path.join(folder, said[0]!, name), { [is[0]!]: PLACES[is[0]!] });
  const result = await session.checkLabels({ model: card, sources: [{ path: folder }] });
  expect(result).toMatchObject({ images: 18, skipped: [] });
  expect(result.findings).toMatchObject([
    {
      ...{ kind: 'swapped', label: 'blue', instead: { label: 'green' } },
      ...{ image: path.join(folder, 'blue/image7.bmp'), file: folder, line: null },
    },
  ]);
  expect(result.findings).toHaveLength(1);
});

test('a YOLO set: a planted class is found on its line', async () => {
  const folder = images('yolo', 'images/train');
  mkdirSync(path.join(folder, 'labels/train'), { recursive: true });
  writeFileSync(path.join(folder, 'data.yaml'), `train: images/train\nnames: [${COLOURS.join(', ')}]\n`);
  for (const { name, is, said } of pictures) {
    const lines = said.map((colour, i) => {
      const [x, y, side] = PLACES[is[i]!].map((value) => value / SIDE) as [number, number, number];
      return [COLOURS.indexOf(colour), x + side / 2, y + side / 2, side, side].join(' ');
    });
    writeFileSync(path.join(folder, 'labels/train', name.replace('.bmp', '.txt')), `${lines.join('\n')}\n`);
  }
  expect(await found([folder])).toEqual(both(swapped('image7.txt', 1)));
});
