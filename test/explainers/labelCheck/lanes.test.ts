// Scores of many images come from several runs at the same time: they are those of one image after the other.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { COLOURS, colourModel, writeColourModel, writeImage } from './coloured.ts';

const IMAGES = 60;

test('a check in lanes finds what a check of one image at a time finds, in the same order', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'lanes-'));
  // Two lanes on any machine.
  const session = new Session({ threads: 2 });
  try {
    const model = writeColourModel(path.join(root, 'model'), colourModel('Softmax'));
    const rows = Array.from({ length: IMAGES }, (_, i) => {
      const is = COLOURS[i % 3]!;
      const name = `${String(i).padStart(2, '0')}.bmp`;
      writeImage(path.join(root, name), { [is]: [i % 16, (i * 5) % 16, 6 + (i % 9)] });
      return `${name},${i % 20 === 7 ? COLOURS[(i + 1) % 3] : is}`;
    });
    writeFileSync(path.join(root, 'labels.csv'), `filename,label\n${rows.join('\n')}\n`);
    const said = async (oneByOne: boolean) => {
      const journal = path.join(root, `${oneByOne}.jsonl`);
      const result = await session.checkLabels({ model, sources: [{ path: path.join(root, 'labels.csv') }], journal, oneByOne }); // biome-ignore format: one line
      expect(result).toMatchObject({ images: IMAGES, skipped: [], problems: [] });
      const lines = readFileSync(journal, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { image: string }); // biome-ignore format: one line
      return { found: result.findings.map(({ image, kind, label }) => [path.basename(image), kind, label]), order: lines.map(({ image }) => image) }; // biome-ignore format: one line
    };
    const [one, lanes] = [await said(true), await said(false)];
    expect(lanes).toEqual(one);
    expect(lanes.found.length).toBeGreaterThan(0);
  } finally {
    await session.dispose();
    rmSync(root, { recursive: true });
  }
});
