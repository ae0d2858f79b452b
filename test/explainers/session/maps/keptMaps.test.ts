// Who asks for a map again gets the same one at once, as long as nothing that it was made from has changed.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodePng } from '../../../../src/explainers/images/encode.ts';
import { Session } from '../../../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../../../tinyModels.ts';

let folder: string;
let image: string;
let model: string;
let session: Session;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-kept-'));
  image = path.join(folder, 'image.png');
  fs.writeFileSync(image, await picture(37));
  model = writeModel(folder, tinyClassifier(), 'net.onnx');
  session = new Session({ threads: 1, keptMaps: 2 ** 20 });
});
afterEach(async () => {
  await session.dispose();
  fs.rmSync(folder, { recursive: true });
});

const picture = (seed: number) =>
  encodePng(
    Uint8Array.from({ length: 3 * 64 }, (_, i) => (i * seed) % 256),
    [8, 8],
  );

const lime = (classes: readonly number[], more: object = {}) => ({
  ...{ image, model, method: 'lime', classes, seed: 3 },
  ...{ parameters: { samples: 40, segments: 'grid:2x2' } },
  ...more,
});
/** The very maps, not equal ones: made once. */
const maps = async (request: ReturnType<typeof lime>) => (await session.explain(request)).maps;

describe('kept maps', () => {
  test('are the same for the same request, class by class, in the order asked for', async () => {
    const [zero, one] = await maps(lime([0, 1]));
    const [two, again, first] = await maps(lime([2, 1, 0]));
    expect(again).toBe(one);
    expect(first).toBe(zero);
    expect([two!.index, again!.index, first!.index]).toEqual([2, 1, 0]);
    const fresh = new Session({ threads: 1 });
    expect((await fresh.explain(lime([2]))).maps[0]!.values).toEqual(two!.values);
    await fresh.dispose();
  });

  test('are found again when the model was closed meanwhile because others were used', async () => {
    const [before] = await maps(lime([0]));
    const others = [2, 3, 4, 5, 6].map((classes) =>
      writeModel(folder, tinyClassifier({ classes }), `other${classes}.onnx`),
    );
    for (const other of others) await session.predict({ image, model: other });
    const [after] = await maps(lime([0]));
    expect(after).toBe(before);
  });

  test.each([
    ['another seed', { seed: 4 }],
    ['another parameter', { parameters: { samples: 41, segments: 'grid:2x2' } }],
    ['another method', { method: 'kernelShap', parameters: {} }],
  ])('are others with %s', async (_, more) => {
    const [before] = await maps(lime([0]));
    const [after] = await maps(lime([0], more));
    expect(after).not.toBe(before);
  });

  test('are made again when the image or the model is another one', async () => {
    const [before] = await maps(lime([0]));
    fs.writeFileSync(image, await picture(38));
    const [other] = await maps(lime([0]));
    expect(other!.values).not.toEqual(before!.values);
    fs.writeFileSync(model, fs.readFileSync(model));
    expect((await maps(lime([0])))[0]).not.toBe(other);
  });

  test('are bounded, and none where nobody wants them', async () => {
    const small = new Session({ threads: 1, keptMaps: 2000 });
    const ask = async (target: Session, index: number) => (await target.explain(lime([index]))).maps[0];
    const first = await ask(small, 0);
    expect(await ask(small, 0)).toBe(first);
    await ask(small, 1);
    expect(await ask(small, 0)).not.toBe(first);
    await small.dispose();
    const none = new Session({ threads: 1, keptMaps: 0 });
    expect(await ask(none, 0)).not.toBe(await ask(none, 0));
    await none.dispose();
  });

  test('hold no map that was stopped before its end', async () => {
    const stop = new AbortController();
    const stopped = session.explain(
      { ...lime([0]), parameters: { samples: 20_000, segments: 'grid:2x2' } },
      { stop: stop.signal, onProgress: ({ maps: soFar }) => soFar && stop.abort() },
    );
    const [partial] = (await stopped).maps;
    if (partial!.stoppedAt === undefined) return; // it was faster than the stop
    const stopAgain = new AbortController();
    const again = await session.explain(
      { ...lime([0]), parameters: { samples: 20_000, segments: 'grid:2x2' } },
      { stop: stopAgain.signal, onProgress: ({ maps: soFar }) => soFar && stopAgain.abort() },
    );
    expect(again.maps[0]).not.toBe(partial);
  });
});
