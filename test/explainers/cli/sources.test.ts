import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examples } from '../../data.ts';
import { writeLineModel } from '../../lineModel.ts';
import { cli } from './cli.ts';

const toy = path.join(examples, 'image-text');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-cli-sources-'));
  copyFileSync(path.join(toy, '00.png'), path.join(folder, '00.png'));
  writeLineModel(folder, '00.png', 32);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly sources: readonly { input: string; index: number; value: number; part?: number; text?: string }[];
  readonly sourceParts: readonly { method: string; input: string; text?: string; value: number }[];
  readonly sourceTotals: readonly { method: string; logit: number; baseline: number | null; gap: number | null }[];
  readonly sourceBaselines: readonly { input: string; text: string }[];
  readonly varied: readonly { name: string; flips: readonly { at: string }[] }[];
}

test('--sources: shares that add up, next to their baselines, in the line and the manifest; tokens by a method', async () => {
  const out = path.join(folder, 'out');
  const ran = await cli(
    ['explain', '03.png', '--model', 'image-text.explain.json', '--class', 'top:1', '--json', '--out', out]
      .concat(['--sources', '--method', 'occlusion,gradCam', '--param', 'sources.image=0.2']), // biome-ignore format: one line
    { cwd: toy },
  );
  expect(ran.code).toBe(0);
  const line = ran.lines[0] as unknown as Line;
  expect(line.sources.map(({ input }) => input)).toEqual(['image', 'tokens']);
  const [total] = line.sourceTotals;
  const sum = line.sources.reduce((all, { value }) => all + value, 0);
  expect(sum).toBeCloseTo(total!.logit - total!.baseline!, 5);
  expect(line.sourceBaselines).toContainEqual({ input: 'image', text: '0.2' });
  const strongest = line.sourceParts.filter(({ input }) => input === 'tokens').sort((a, b) => b.value - a.value);
  expect(strongest.slice(0, 2).map(({ text }) => text).sort()).toEqual(['green', 'square']); // biome-ignore format: one line
  expect(ran.stderr).toContain('gradCam says nothing of the further inputs');
  const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
  expect(manifest.images[0].sources).toEqual(line.sources);
});

test('--sources split=true: each token is a source; a model of one source, and a wrong name, are wrong usage', async () => {
  const explain = (...more: readonly string[]) =>
    cli(['explain', '04.png', '--model', 'image-text.explain.json', '--json', ...more], { cwd: toy });
  const { lines } = await explain('--sources', '--param', 'sources.split=true');
  expect((lines[0] as unknown as Line).sources.filter(({ input }) => input === 'tokens')).toHaveLength(8);
  const wrong = await explain('--sources', '--param', 'sources.age=3');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('names no source');
  expect((await explain('--param', 'sources.image=0')).code).toBe(2);
});

test('--vary: where the answer flips, in the range of the table or in a given one', async () => {
  const predict = (...vary: readonly string[]) =>
    cli(['predict', '00.png', '--model', 'line.explain.json', '--json', ...vary.flatMap((text) => ['--vary', text])], { cwd: folder }); // biome-ignore format: one line
  const ran = await predict('age', 'sex', 'age=0..40');
  expect(ran.code).toBe(0);
  const { varied } = ran.lines[0] as unknown as Line;
  expect(varied.map(({ name }) => name)).toEqual(['age', 'sex', 'age']);
  expect(Number(varied[0]!.flips[0]!.at)).toBeCloseTo(50, 1);
  expect(varied[1]!.flips[0]!.at).toBe('M');
  expect(varied[2]!.flips).toEqual([]);
  const wrong = await predict('age=40..0');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--vary needs NAME or NAME=LOW..HIGH');
});
