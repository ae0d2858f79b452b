// ONNX Runtime must not report its use: with telemetry it leaves traces of its uploader in the folder for temporary
// files.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { childProgram } from '../../childProgram.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'saliency-lens-telemetry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a run of a model leaves nothing behind, in the folder for temporary files or at home', async () => {
  const program = await childProgram(
    'telemetry',
    `
        import { openOnnxRuntime } from './src/explainers/engines/onnxruntime.ts';
        import { numbers, tinyClassifier } from './test/tinyModels.ts';
        const engine = await openOnnxRuntime({ threads: 1 });
        const executable = await engine.compile(tinyClassifier());
        const results = await executable.run(new Map([['image', numbers([1, 3, 8, 8])]]));
        process.stdout.write(String(results.size));
        await executable.dispose();`,
  );
  const places = ['temporary', 'home'].map((name) => path.join(folder, name));
  for (const place of places) mkdirSync(place);
  // It keeps still by itself where it sees that it is tested.
  const hushed = /^(ORT_|CI|GITHUB_|VITEST|TEST|TF_BUILD|NODE_ENV)/;
  const [temporary, home] = places;
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !hushed.test(name))),
    ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary, HOME: home, USERPROFILE: home },
  };
  expect(execFileSync(process.execPath, [program], { env, encoding: 'utf8' })).toBe('1');
  expect(places.map((place) => readdirSync(place))).toEqual([[], []]);
});
