// Where the values of further inputs come from, which one wins, and the errors for missing and wrong ones.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { Session } from '../../../src/explainers/session.ts';
import { DTYPE_CODES } from '../../../src/explainers/tensor/dtype.ts';
import { type DType, scalar } from '../../../src/explainers/tensor/tensor.ts';
import { root } from '../../data.ts';
import { numbers, writeModel } from '../../tinyModels.ts';

const all = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-values-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(all, { recursive: true, force: true });
});

let folder: string;
let count = 0;
beforeEach(() => {
  folder = path.join(all, `case${count++}`);
  mkdirSync(path.join(folder, 'sub'), { recursive: true });
  const picture = path.join(root, 'examples/image-text/00.png');
  for (const name of ['a.png', 'b.png', 'c.png', 'sub/d.png']) copyFileSync(picture, path.join(folder, name));
  const b = new GraphBuilder('net');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 32, 32] });
  const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [image])]);
  const age = b.input('age', { dtype: 'float32', shape: ['N', 1] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const logits = b.node('Gemm', [b.node('Concat', [pooled, age, sex], { axis: 1 }), b.constant(numbers([5, 2]))]);
  b.type(logits, { dtype: 'float32', shape: ['N', 2] });
  b.setOutputs([logits]);
  writeModel(folder, b.build(), 'net.onnx');
});

const sex = { kind: 'category', values: { F: 0, M: 1 }, default: 'F' };
const table = (more: object = {}) => ({ kind: 'number', from: 'table.csv', key: 'image', ...more });

function place(inputs: object, files: Readonly<Record<string, string>> = {}): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const card = path.join(folder, 'net.explain.json');
  writeFileSync(card, JSON.stringify({ model: 'net.onnx', task: 'multi-label', inputs }));
  return card;
}

const values = async (model: string, image = 'a.png', inputs?: Record<string, string>) => {
  const { inputs: found = [] } = await session.predict({ image: path.join(folder, image), model, ...(inputs && { inputs }) }); // biome-ignore format: one line
  return Object.fromEntries(found.map(({ name, text, source }) => [name, [text, source]]));
};

async function failure(asked: Promise<unknown>): Promise<ExplainError> {
  const thrown = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ExplainError)) throw thrown ?? new Error('nothing was thrown');
  return thrown;
}

const CSV = 'image,age,gender\na.png,31.5,M\nb.png,,F\nsub/d.png,80,x\n';

describe('sources', () => {
  test('a row of the table, by the image’s name; the line is named', async () => {
    const card = place({ age: table(), sex: { ...sex, from: 'table.csv', column: 'gender' } }, { 'table.csv': CSV });
    expect(await values(card)).toEqual({
      age: ['31.5', 'table.csv, line 2, column age'],
      sex: ['M', 'table.csv, line 2, column gender'],
    });
  });

  test('by the path’s end, and without the ending', async () => {
    const files = { 'table.csv': 'image;age\nsub/d;7\na;8\nd.png;9\n' };
    const card = place({ age: table(), sex }, files);
    expect((await values(card, 'sub/d.png')).age![0]).toBe('9');
    expect((await values(card)).age![0]).toBe('8');
  });

  test('given values win over a file next to the image, it over the table, the table over the default', async () => {
    const card = place({ age: table({ default: 50 }), sex }, { 'table.csv': CSV });
    expect((await values(card, 'c.png')).age).toEqual([
      '50',
      expect.stringMatching(/^the default of the card, because/),
    ]);
    expect((await values(card)).age![0]).toBe('31.5');
    writeFileSync(path.join(folder, 'a.inputs.json'), '{ "age": 33, "sex": "M" }');
    expect(await values(card)).toEqual({ age: ['33', 'a.inputs.json'], sex: ['M', 'a.inputs.json'] });
    expect((await values(card, 'a.png', { age: '35' })).age).toEqual(['35', 'as given']);
  });

  test('*.json: the file next to the image that the card names', async () => {
    const card = place({ age: { kind: 'number', from: '*.meta.json', column: 'years' }, sex });
    writeFileSync(path.join(folder, 'a.meta.json'), '{ "years": 61 }');
    expect((await values(card)).age).toEqual(['61', 'a.meta.json']);
  });

  test.each(['snappy', 'gzip'])('Parquet, %s', async (codec) => {
    copyFileSync(path.join(root, `test/fixtures/inputs/${codec}.parquet`), path.join(folder, 't.parquet'));
    const card = place({ age: { kind: 'number', from: 't.parquet', default: 1 }, sex: { ...sex, from: 't.parquet' } });
    expect(await values(card, 'c.png')).toEqual({
      age: ['46.06999969482422', 't.parquet, row 3, column age'],
      sex: ['F', 't.parquet, row 3, column sex'],
    });
    expect((await values(card, 'b.png')).age).toEqual(['1', 'the default of the card, because the cell \'age\' of t.parquet, row 2 is empty']); // biome-ignore format: one line
  });

  test('a table that changes is read again', async () => {
    const card = place({ age: table(), sex }, { 'table.csv': CSV });
    const before = await session.predict({ image: path.join(folder, 'a.png'), model: card });
    writeFileSync(path.join(folder, 'table.csv'), 'image,age\na.png,77\n');
    const after = await session.predict({ image: path.join(folder, 'a.png'), model: card });
    expect(after.inputs![0]!.text).toBe('77');
    expect(after.scores[0]!.logit).not.toBe(before.scores[0]!.logit);
    expect(after.inputs![0]!.sha256).not.toBe(before.inputs![0]!.sha256);
    expect((await session.modelFiles({ model: card })).files).toContain(path.join(folder, 'table.csv'));
  });
});

describe('what is missing or wrong names the image and the column', () => {
  // biome-ignore format: one line each
  test.each<[string, string, string, string, RegExp]>([
    ['no row', 'c.png', CSV, 'image', /no value of the input 'age' \(column 'age'\) for c\.png: .*table\.csv has no row/],
    ['an empty cell', 'b.png', CSV, 'image', /'age'.* for b\.png: the cell 'age' of table\.csv, line 3 is empty/],
    ['a word', 'a.png', 'image,age\na.png,old\n', 'image', /'age' for a\.png \(table\.csv, line 2, column age\) is 'old', not a number/],
    ['two rows that differ', 'a.png', 'image,age\na.png,1\na.png,2\n', 'image', /ambiguous: table\.csv, line 2 and table\.csv, line 3 differ/],
    ['no such column', 'a.png', 'image,years\na.png,1\n', 'card', /'table\.csv' has no column 'age'/],
    ['no such key', 'a.png', 'file,age\na.png,1\n', 'card', /'table\.csv' has no column 'image'/],
    ['a quote that is never closed', 'a.png', 'image,age\n"a.png,1\n', 'card', /mismatched quotes/],
  ])('%s', async (_, image, text, kind, message) => {
    const card = place({ age: table(), sex }, { 'table.csv': text });
    const error = await failure(values(card, image));
    expect(error).toMatchObject({ kind, message: expect.stringMatching(message) });
    expect(error.next).toBeTruthy();
    // The form still shows every input, and a given value is used all the same.
    const fields = await session.inputs({ image: path.join(folder, image), model: card });
    expect(fields.map(({ problem }) => problem?.kind)).toEqual([kind, undefined]);
    expect((await values(card, image, { age: '3' })).age).toEqual(['3', 'as given']);
  });

  test('two rows that say the same are one', async () => {
    const card = place({ age: table(), sex }, { 'table.csv': 'image,age\na.png,1\na.png,1\n' });
    expect((await values(card)).age![0]).toBe('1');
  });

  test('a table that does not exist', async () => {
    const error = await failure(values(place({ age: table(), sex })));
    expect(error).toMatchObject({ kind: 'card', message: "The table 'table.csv' does not exist." });
  });

  // biome-ignore format: one line each
  test.each<[string, Record<string, string>, RegExp]>([
    ['no number', { age: 'old' }, /'age' is 'old', not a number/],
    ['no finite number', { age: '1e400' }, /not a number/],
    ['no such category', { age: '1', sex: 'N' }, /'sex' is 'N', not one of F, M/],
    ['no such input', { agee: '1' }, /no further input 'agee'/],
    ['an input of every object', { constructor: '1' }, /no further input 'constructor'/],
  ])('given: %s', async (_, given, message) => {
    const error = await failure(values(place({ age: { kind: 'number' }, sex }), 'a.png', given));
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
  });
});

describe('cards', () => {
  // biome-ignore format: one line each
  test.each<[string, object, RegExp]>([
    ['a table out of reach', { age: table({ from: '../../../etc/table.csv' }), sex }, /leads out of .*, so it is not read/],
    ['a table on another machine', { age: table({ from: '//server/t.csv' }), sex }, /leads out of/],
    ['an unknown input', { ages: table(), age: table(), sex }, /no further input 'ages'\. Did you mean 'age'/],
    ['a default that is no number', { age: table({ default: [1, 2] }), sex }, /default of the input 'age' is '1, 2', not a number/],
    ['a default that is no category', { age: table(), sex: { ...sex, default: 'X' } }, /default of the input 'sex' is 'X'/],
    ['a baseline that is no category', { age: table(), sex: { ...sex, baseline: 'X' } }, /baseline of the input 'sex'/],
    ['categories of two numbers', { age: table(), sex: { ...sex, values: { F: [1, 0] }, default: 'F' } }, /'F' has 2 numbers/],
    ['two columns for one number', { age: table({ column: ['x', 'y'] }), sex }, /it has 2 columns/],
    ['a mistyped kind', { age: { kind: 'numbre' }, sex }, /must be one of number, category, tokens, constant/],
    ['a field of another kind', { age: { kind: 'number', values: { F: 1 } }, sex }, /no field 'values' here/],
    ['tokens without a vocabulary', { age: { kind: 'tokens' }, sex }, /Nothing says how a text becomes tokens/],
    ['the image', { image: table(), age: table(), sex }, /is left for the image|is the image/],
  ])('%s', async (_, inputs, message) => {
    const error = await failure(session.describe({ model: place(inputs) }));
    expect(error).toMatchObject({ kind: expect.stringMatching(/card|unsupported/), message: expect.stringMatching(message) }); // biome-ignore format: one line
    expect(error.next).toBeTruthy();
  });

  test('a baseline of a category may be a mean', async () => {
    const { card } = await session.describe({ model: place({ age: table(), sex: { ...sex, baseline: 0.4 } }) });
    expect(card.inputs![1]!.baseline).toBe('0.4');
  });

  test('a link next to the image or the card that leads out is not followed', async () => {
    const outside = path.join(os.tmpdir(), `saliency-lens-outside-${process.pid}.json`);
    writeFileSync(outside, '{ "age": 99 }');
    try {
      symlinkSync(outside, path.join(folder, 'a.inputs.json'));
      expect((await failure(values(place({ age: { kind: 'number' }, sex })))).message).toMatch(
        /no value of the input 'age'/,
      );
      symlinkSync(outside, path.join(folder, 'table.csv'));
      expect((await failure(values(place({ age: table(), sex })))).message).toMatch(/leads out/);
    } finally {
      rmSync(outside);
    }
  });

  test('without entries the model is refused with them, and the inferred card has them', async () => {
    const model = path.join(folder, 'net.onnx');
    const error = await failure(session.describe({ model }));
    expect(error).toMatchObject({ kind: 'card', message: expect.stringMatching(/'age' \[N, 1\].*image is 'image'/) });
    expect(error.next).toContain('"inputs": {"age":{"kind":"number"},"sex":{"kind":"number"}}');
    const { path: card, text } = await session.inferredCard({ model });
    writeFileSync(card, text);
    expect(await values(card, 'a.png', { age: '1', sex: '0' })).toMatchObject({ age: ['1', 'as given'] });
    expect(await failure(values(card))).toMatchObject({ kind: 'image', subject: path.join(folder, 'a.png') });
  });
});

describe('inputs of other types', () => {
  // biome-ignore format: one line each
  test.each<[DType, string, number]>([
    ['float64', '2.5', 2.5],
    ['float16', '2.5', 2.5],
    ['int32', '-3', -3],
    ['uint8', '200', 200],
    ['int64', '7', 7],
    ['bool', 'true', 1],
  ])('%s', async (dtype, text, value) => {
    const b = new GraphBuilder('typed');
    const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 32, 32] });
    const age = b.node('Cast', [b.input('age', { dtype, shape: ['N', 1] })], { to: DTYPE_CODES.float32 });
    const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [image])]);
    const logits = b.node('Concat', [b.node('Mul', [pooled, b.constant(scalar(0))]), age], { axis: 1 }, 'logits');
    b.type(logits, { dtype: 'float32', shape: ['N', 4] });
    b.setOutputs([logits]);
    writeModel(folder, b.build(), 'net.onnx');
    const card = place({ age: { kind: 'number' } });
    const { scores } = await session.predict({ image: path.join(folder, 'a.png'), model: card, inputs: { age: text } });
    expect(scores.map(({ logit }) => logit + 0)).toEqual([0, 0, 0, value]);
    if (!dtype.startsWith('float')) await expect(values(card, 'a.png', { age: '1.5' })).rejects.toThrow(/not a whole number/); // biome-ignore format: one line
  });

  test('several numbers, from several columns or one cell; a one-hot category', async () => {
    const b = new GraphBuilder('vectors');
    const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 32, 32] });
    const pooled = b.node('Flatten', [b.node('GlobalAveragePool', [image])]);
    const labs = b.input('labs', { dtype: 'float32', shape: ['N', 'n'] });
    const view = b.input('view', { dtype: 'float32', shape: ['N', 2] });
    const logits = b.node(
      'Concat',
      [b.node('Mul', [pooled, b.constant(scalar(0))]), labs, view],
      { axis: 1 },
      'logits',
    );
    b.type(logits, { dtype: 'float32', shape: ['N', 8] });
    b.setOutputs([logits]);
    writeModel(folder, b.build(), 'net.onnx');
    const view2 = { kind: 'category', values: { PA: [1, 0], AP: [0, 1] }, from: 't.csv' };
    const files = { 't.csv': 'image,a,b,c,view,all\na.png,1,2.5,-3,AP,"1 2.5 -3"\n' };
    const card = place({ labs: { kind: 'number', from: 't.csv', column: ['a', 'b', 'c'] }, view: view2 }, files);
    const { scores } = await session.predict({ image: path.join(folder, 'a.png'), model: card });
    expect(scores.map(({ logit }) => logit + 0)).toEqual([0, 0, 0, 1, 2.5, -3, 0, 1]);
    expect((await values(card)).labs).toEqual(['1, 2.5, -3', 't.csv, line 2, 3 columns']);
    expect((await values(card, 'a.png', { labs: '4 5 6' })).labs![0]).toBe('4 5 6');
    await expect(values(card, 'a.png', { labs: '4 5' })).rejects.toThrow(/has 2 numbers, not 3/);
    await expect(values(place({ labs: { kind: 'tokens', vocabulary: 't.csv' }, view: view2 }))).rejects.toThrow(/open/);
  });
});
