// The import of SavedModels with a real TensorFlow: `npm run test:keras` makes a Python environment and runs this;
// elsewhere it is skipped.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../data.ts';
import { cli } from '../explainers/cli/cli.ts';
import { noTensorflow, ownFolder, tensorflow, tensorflowRuns } from './tensorflow.ts';

const folder = ownFolder('saved');
const at = (...names: string[]) => path.join(folder, ...names);
const imported = (source: string, ...more: string[]) =>
  cli(['import', source, '--python', tensorflow!, ...more], { cwd: folder });

describe.skipIf(noTensorflow)(`SavedModels${noTensorflow ? `: ${noTensorflow}` : ''}`, () => {
  let answers: Readonly<Record<string, readonly number[]>>;
  beforeAll(async () => {
    const picture = sharp(path.join(examples, 'photos/coffee.png')).resize(32, 32, { fit: 'fill' });
    await picture.png().toFile(at('picture.png'));
    answers = await tensorflowRuns('saved.py', folder, at('picture.png'));
  });

  test.each([
    ['keras3', 'exported by Keras 3, with the constants of a Normalization layer', [], [1, 3, 3]],
    ['keras2', 'saved by Keras 2', [], [1, 3, 3]],
    ['open', 'of images of any size', ['--size', '32x32'], [1, 3, 3]],
    ['function', 'a function of TensorFlow', [], [1, 3, 3]],
    ['fixed', 'a function of one image', [], [1, 1]],
  ])('%s: %s', async (name, _, flags, batches) => {
    const { code, stdout, stderr } = await imported(name, ...flags);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { compared, model, card } = JSON.parse(stdout);
    expect([model, card]).toEqual([at(name, 'model.onnx'), at(name, 'model.explain.json')]);
    expect(compared.map(({ batch }: { batch: number }) => batch)).toEqual(batches);
    for (const { difference } of compared) expect(difference).toBeLessThan(1e-5);
    expect(readFileSync(card, 'utf8')).toMatch(/"size": \[\s*32,\s*32\s*\]/);

    const input = { resize: 'squash', scale: 255, mean: [0], std: [1] };
    writeFileSync(at(name, 'own.explain.json'), JSON.stringify({ model: 'model.onnx', input }));
    const args = ['picture.png', '--model', at(name, 'own.explain.json'), '--device', 'cpu'];
    const predicted = await cli(['predict', ...args], { cwd: folder });
    const scores = predicted.lines[0]!.scores.toSorted((a, b) => a.index - b.index);
    const given = scores.map(({ score, logit }) => (name === 'keras3' || name === 'keras2' ? score : logit));
    expect(given).toEqual(answers[name]!.map((each) => expect.closeTo(each, 5)));
    const maps = await cli(['explain', ...args, '--method', 'gradient,gradCam', '--out', at(`${name}-maps`)], {
      cwd: folder,
    });
    expect([maps.code, maps.lines[0]!.error]).toEqual([0, null]);
  });

  test('images of a size that nothing says', async () => {
    const { code, stdout } = await imported('open', '--out', 'guessed.onnx');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notes).toContain('The size of the image, 224 × 224, is a guess; --size HxW sets it.');
  });

  test.each([
    ['bytes', /takes images of uint8, which have no gradients/],
    ['two', /takes 2 inputs of the shapes \[.*\], not one image/],
    ['none', /has no signature/],
    ['writes', /has the operation WriteFile, which works on files or calls Python/],
    [
      'unknown',
      /TensorFlow cannot export the TensorFlow SavedModel unknown: .*ONNX has no operator for TensorFlow's Svd/,
    ],
    ['random', /answers for the same images differ by \S+ % of its largest output/],
  ])('%s is named, and nothing is written', async (name, message) => {
    const { code, stdout, stderr } = await imported(name);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(at('written'))).toBe(false);
    expect(readdirSync(at(name)).filter((file) => /onnx|explain/.test(file))).toEqual([]);
  });
});
