import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { Session } from '../../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../../tinyModels.ts';

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-open-'));
  image = path.join(folder, 'image.png');
  writeFileSync(
    image,
    await encodePng(
      Uint8Array.from({ length: 3 * 64 }, (_, i) => (i * 37) % 256),
      [8, 8],
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

let session: Session;
beforeAll(() => {
  session = new Session({ threads: 1, batchMemory: 4096 });
});
afterAll(() => session.dispose());

/** Many short runs of the model. */
const long = { method: 'rise', classes: [0], parameters: { masks: 200 } } as const;

describe('what a request holds stays usable until the request ends', () => {
  test('a long run and more graphs than are kept', async () => {
    const model = writeModel(folder, tinyClassifier());
    const ids = ['gradient', 'inputXGradient', 'gradCam', 'integratedGradients', 'smoothGrad', 'lrp', 'gradientShap'];
    const more = ['occlusion', 'scoreCam', 'ablationCam', 'layerCam', 'guidedBackprop', 'xGradCam', 'hiResCam'];
    const requests = [...ids, ...more].map((method) => ({ method, classes: [0, 1] }));
    const all = await Promise.all([long, ...requests].map((each) => session.explain({ image, model, ...each })));
    expect(all.map(({ maps }) => maps.length)).toEqual([1, ...requests.map(() => 2)]);
  });

  test('more models than are kept', async () => {
    const models = [2, 3, 4, 5, 6, 7].map((classes) =>
      writeModel(folder, tinyClassifier({ classes }), `${classes}.onnx`),
    );
    const all = await Promise.all(models.map((model) => session.explain({ image, model, ...long })));
    expect(all.map(({ maps }) => maps.length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('a model that changes on disk between two requests', async () => {
    const model = writeModel(folder, tinyClassifier(), 'changing.onnx');
    const before = session.explain({ image, model, ...long });
    await session.predict({ image, model });
    utimesSync(model, 1, 1);
    const after = [1, 2, 3].map(() => session.explain({ image, model, ...long }));
    const [first, ...rest] = (await Promise.all([before, ...after])).map(({ maps }) => maps[0]!.values);
    for (const each of rest) expect(each).toEqual(first);
  });
});
