import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageOf, labelOf, outlineOf, writeLargeCoco } from '../../bench/largeCoco.ts';

const ANNOTATIONS = 100_000;
const ID = 61_728;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'large-coco-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a COCO file of 200 MB is searched within 500 MB of memory', { timeout: 240_000 }, async () => {
  const path = join(folder, 'instances.json');
  writeLargeCoco(path, ANNOTATIONS);
  expect(statSync(path).size).toBeGreaterThan(200e6);
  const script = join(folder, 'search.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../bench/searchCoco.ts', import.meta.url))],
    outfile: script,
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  const { found, again, peakMiB } = JSON.parse(
    execFileSync(process.execPath, [script, path, imageOf(ID), imageOf(5)], { encoding: 'utf8' }),
  );
  expect(found.problems).toEqual([]);
  expect(found.files).toMatchObject([{ format: 'coco', images: ANNOTATIONS / 5 }]);
  expect(found.annotations).toHaveLength(5);
  expect(found.annotations.find(({ id }: { id: string }) => id === String(ID))).toMatchObject({
    label: labelOf(ID),
    line: 1,
    shape: { kind: 'polygon', rings: [outlineOf(ID)] },
  });
  expect(again.annotations.map(({ id }: { id: string }) => id)).toEqual(['1', '2', '3', '4', '5']);
  expect(peakMiB).toBeLessThan(500);
});
