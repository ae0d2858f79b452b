import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnnotationStore } from '../../../src/explainers/annotations/store.ts';
import { tarMembers } from '../../../src/explainers/containers/tar.ts';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { fileStamp } from '../../../src/explainers/files/fileStamp.ts';
import { COMPRESSORS } from '../../../src/explainers/files/parquetCompressors.ts';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { Session } from '../../../src/explainers/session.ts';
import { root } from '../../data.ts';
import { cli } from '../cli/cli.ts';
import { colourModel, writeColourModel } from '../labelCheck/coloured.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'containers-'));
const session = new Session({ threads: 1 });
const at = (...names: string[]) => path.join(folder, ...names);
let card: string;
beforeAll(() => {
  for (const name of ['embedded', 'labels', 'lz4', 'zstd', 'predictions'])
    copyFileSync(path.join(root, 'test/fixtures/containers', `${name}.parquet`), at(`${name}.parquet`));
  copyFileSync(path.join(root, 'test/fixtures/containers/web.tar'), at('web.tar'));
  card = writeColourModel(at('model'), colourModel('Softmax'), { labels: ['cat', 'cow', 'dog'] });
});
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});
const read = async (name: string) => (await new AnnotationStore().open({ path: at(name) }))!;
const pixel = async (name: string) => [...(await decodeImage(at(name))).data.slice(0, 3)];

describe('labels', () => {
  test.each(['lz4', 'zstd'])('in a Parquet table compressed with %s', async (codec) => {
    const said = async (name: string) =>
      (await read(name)).images.map(({ annotations }) => annotations.map(({ label }) => label));
    expect(await said(`${codec}.parquet`)).toEqual(await said('labels.parquet'));
  });

  test('in a Parquet table are those of the same table as CSV; a line is the row', async () => {
    const parquet = await read('labels.parquet');
    const rows = Array.from({ length: 9 }, (_, i) => [`${['cat', 'cow', 'dog'][i % 3]}${i}.png`, i === 0 ? '' : i - 1]);
    const csv = `filename,label,age\n${rows.map(([name, age]) => `${name},${String(name).slice(0, 3)},${age}`).join('\n')}\n`;
    mkdirSync(at('csv'));
    writeFileSync(at('csv', 'labels.csv'), csv);
    const table = await read('csv/labels.csv');
    const moved = JSON.parse(JSON.stringify(table), (key, value: unknown) =>
      key === 'line' ? (value as number) - 1 : key === 'path' ? at('labels.parquet') : value,
    ) as typeof table;
    expect(parquet).toEqual(moved);
  });

  test('of Hugging Face’s images have the names of their classes', async () => {
    const { images, labels, format } = await read('embedded.parquet');
    expect([format, labels]).toEqual(['metadataJsonl', ['cat', 'cow', 'dog']]);
    expect(images).toHaveLength(18);
    expect(images[7]).toMatchObject({ image: 'row8', line: 8, annotations: [{ label: 'dog' }] });
  });

  test('of a WebDataset are in .cls and .json; of other tars, in their folders', async () => {
    const { images } = await read('web.tar');
    expect(images.map(({ image, annotations }) => [image, ...annotations.map(({ label }) => label)])).toEqual(
      Array.from({ length: 6 }, (_, i) => [`000${i}.png`, String(i % 3)]),
    );
    writeFileSync(at('folders.tar'), tar({ 'set/cat/a.png': 'x', 'set/dog/b.png': 'x', './set/dog/c.png': 'x' }));
    const inFolders = await read('folders.tar');
    expect(inFolders.images.map(({ image, annotations }) => [image, annotations[0]!.label])).toEqual([
      ['set/cat/a.png', 'cat'],
      ['set/dog/b.png', 'dog'],
      ['set/dog/c.png', 'dog'],
    ]);
  });
});

describe('images', () => {
  test('are read from any row group and member, and change when the file does', async () => {
    for (const row of [18, 1, 5, 9, 2])
      expect(await pixel(`embedded.parquet/row${row}`)).toEqual([0, 1, 2].map((c) => (c === (row - 1) % 3 ? 200 : 0)));
    expect((await decodeImage(at('embedded.parquet/row3'))).ids).toEqual(['picture_2.png']);
    expect(await pixel('web.tar/0004.png')).toEqual([0, 200, 0]);
    const before = await fileStamp(at('web.tar', '0004.png'));
    writeFileSync(at('web.tar'), readFileSync(at('web.tar')));
    expect(await fileStamp(at('web.tar', '0004.png'))).not.toBe(before);
    expect(await fileStamp(at('labels.parquet.txt', 'row1'))).toBe('absent');
  });

  test.each([
    ['embedded.parquet/row19', /has only 18 rows|cannot be read as Parquet: it has only 18 rows/],
    ['embedded.parquet/row0', /has no image 'row0'/],
    ['labels.parquet/row1', /it has no column of images/],
    ['web.tar/0009.png', /has no file '0009\.png'/],
    ['web.tar/../web.tar/0000.txt', /has no file '\.\.\/web\.tar/],
    ['none.tar/a.png', /does not exist/],
  ])('%s is refused', async (name, message) => {
    await expect(decodeImage(`${folder}/${name}`)).rejects.toMatchObject({
      kind: 'image',
      message: expect.stringMatching(message),
    });
  });

  test('the planted error is found in its row; the verdict goes next to the file', async () => {
    const { findings, images, skipped } = await session.checkLabels({
      model: card,
      sources: [{ path: at('embedded.parquet') }],
    });
    const said = ({ kind, label, instead, image, line }: Finding) => [
      kind,
      label,
      instead?.label,
      path.basename(image),
      line,
    ];
    expect([images, skipped, findings.map(said)]).toEqual([18, [], [['swapped', 'dog', 'cow', 'row8', 8]]]);
    await session.review({ finding: findings[0]!, verdict: 'wrong' });
    expect(readFileSync(at('embedded.parquet.review.jsonl'), 'utf8')).toContain('"image":"embedded.parquet/row8"');
  });

  test('the command line takes a container like a folder', async () => {
    const ran = await cli(['predict', 'web.tar', 'embedded.parquet/row8', '--model', card, '--json'], { cwd: folder });
    const lines = ran.stdout.trim().split('\n').map((line) => JSON.parse(line) as { image: string; scores: { label: string; predicted: boolean }[] }); // biome-ignore format: one line
    expect(lines.map(({ image, scores }) => [image, scores.find(({ predicted }) => predicted)?.label])).toEqual([
      ...Array.from({ length: 6 }, (_, i) => [`web.tar/000${i}.png`, ['cat', 'cow', 'dog'][i % 3]]),
      ['embedded.parquet/row8', 'cow'],
    ]);
  });

  test('predictions in Parquet are read too', async () => {
    const result = await session.checkLabels({
      predictions: at('predictions.parquet'),
      sources: [{ path: at('labels.parquet') }],
      images: Array.from({ length: 9 }, (_, i) => at(`${['cat', 'cow', 'dog'][i % 3]}${i}.png`)),
    });
    expect(result).toMatchObject({ images: 9, findings: [], skipped: [], problems: [] });
  });
});

describe('hostile files', () => {
  test('a cut page of LZ4 is an error, and no zeros', () => {
    // Four letters, the last two of them twice more, two letters.
    const block = Uint8Array.of(0x40, 97, 98, 99, 100, 2, 0, 0x20, 101, 102);
    expect(String.fromCharCode(...COMPRESSORS.LZ4_RAW!(block, 10))).toBe('abcdcdcdef');
    for (let length = 0; length < block.length; length++)
      expect(() => COMPRESSORS.LZ4_RAW!(block.subarray(0, length), 10)).toThrow('damaged');
    expect(() => COMPRESSORS.LZ4_RAW!(block, 11)).toThrow('damaged');
  });

  test.each([
    ['a wrong sum', (bytes: Buffer) => bytes.fill('9', 0, 1), /is no tar, or damaged at byte 0/],
    [
      'a size beyond its end',
      (bytes: Buffer) => sized(bytes, '77777777777'),
      /is truncated, because the file at byte 0 has/,
    ],
    ['a size that is no number', (bytes: Buffer) => sized(bytes, 'x'), /a size that is no number/],
  ] as const)('a tar with %s', async (_, damage, message) => {
    const bytes = tar({ 'cat/a.png': 'x', 'dog/a.png': 'x' });
    damage(bytes);
    writeFileSync(at('hostile.tar'), bytes);
    await expect(read('hostile.tar')).rejects.toMatchObject({
      kind: 'annotation',
      message: expect.stringMatching(message),
    });
    // Named as a place of images, it is at fault as well, and not the program.
    await expect(session.checkLabels({ model: card, images: [at('hostile.tar')] })).rejects.toMatchObject({
      kind: 'image',
      subject: at('hostile.tar'),
      message: expect.stringMatching(message),
    });
  });

  test('names that lead out of a tar, links and folders are no images of it', async () => {
    writeFileSync(at('out.tar'), tar({ '../a.png': 'x', 'b/../../c.png': 'x', '/abs.png': 'x', 'd\u0001.png': 'x', 'ok.png': 'x' }, { 'link.png': '2', 'sub.png': '5' })); // biome-ignore format: one line
    expect([...(await tarMembers(at('out.tar'))).keys()]).toEqual(['abs.png', 'ok.png']);
  });

  test('a Parquet cut anywhere gives an error of its own', async () => {
    const whole = readFileSync(at('embedded.parquet'));
    for (const length of [0, 4, 100, whole.length - 9]) {
      writeFileSync(at('cut.parquet'), whole.subarray(0, length));
      await expect(read('cut.parquet')).rejects.toMatchObject({ kind: 'annotation' });
    }
  });
});

/** Members by name, and others by their type. */
function tar(files: Readonly<Record<string, string>>, types: Readonly<Record<string, string>> = {}): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of [...Object.entries(files), ...Object.keys(types).map((name) => [name, ''] as const)]) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write(types[name] ?? '0', 156);
    header.write('ustar', 257);
    blocks.push(summed(header), Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, '\0')));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function summed(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  header.write(
    `${header
      .subarray(0, 512)
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return header;
}

function sized(bytes: Buffer, size: string): void {
  bytes.fill(0, 124, 136).write(size, 124);
  summed(bytes);
}
