import { afterAll, describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { lime } from '../../../src/explainers/methods/lime/lime.ts';
import { occlusion } from '../../../src/explainers/methods/masks/occlusion.ts';
import { rise } from '../../../src/explainers/methods/masks/rise.ts';
import { kernelShap } from '../../../src/explainers/methods/shap/kernelShap.ts';
import { partitionShap } from '../../../src/explainers/methods/shap/partitionShap.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { bench, SIZE, tinyBench } from './tiny.ts';

/** The picture's mean colour of each channel, times `scale`, plus `bias`, through `op`. */
function brightness(scale: number, bias: number, op: string) {
  const b = new GraphBuilder('brightness');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, SIZE, SIZE] });
  const means = b.node('Flatten', [b.node('GlobalAveragePool', [image])]);
  const scaled = b.node('Add', [b.node('Mul', [means, b.constant(float32([], [scale]))]), b.constant(float32([], [bias]))]); // biome-ignore format: one line
  const logits = b.node(op, [scaled]);
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([logits]);
  return b.build();
}

const GRID = { segments: 'grid:4x4' };

describe('a map that says little says why', async () => {
  const tiny = await tinyBench();
  const dead = await bench(brightness(-1, 0, 'Relu'));
  const bright = await bench(brightness(1, 0, 'Identity'));
  const saturated = await bench(brightness(1, 40, 'Sigmoid'));
  afterAll(async () => {
    for (const each of [tiny, dead, bright, saturated]) await each.dispose();
  });
  const flat = float32([1, 3, SIZE, SIZE], new Float32Array(3 * SIZE * SIZE).fill(0.5));

  test.each([
    [lime, { ...GRID, samples: 20 }],
    [kernelShap, { ...GRID, samples: 20 }],
    [occlusion, { baseline: 'mean' }],
    [rise, { masks: 20, hide: 'mean' }],
    [partitionShap, { samples: 20, masker: 'mean' }],
  ] as const)('what hides looks as the image does (%#)', async (method, parameters) => {
    const [map] = await tiny.explain(method, parameters, { input: flat });
    expect(map!.notes.join(' ')).toContain('hidden pixels look like the image itself');
  });

  test.each([
    [lime, { ...GRID, samples: 20, hide: 'black' }],
    [occlusion, { baseline: 'black' }],
    [partitionShap, { samples: 20, masker: 'black' }],
  ] as const)('a dead unit (%#)', async (method, parameters) => {
    const [map] = await dead.explain(method, parameters);
    expect(map!.values.data.every((value) => value === 0)).toBe(true);
    expect(map!.notes.join(' ')).toMatch(/nothing that is hidden changes this class’s logit; .*dead/);
  });

  test('a saturated sigmoid: the score stands still, the logit does not', async () => {
    const [score] = await saturated.explain(occlusion, { baseline: 'black', output: 'score' });
    expect(score!.notes.join(' ')).toMatch(/saturated.*explain the logit/i);
    const [logit] = await saturated.explain(occlusion, { baseline: 'black' });
    expect(logit!.notes.join(' ')).not.toContain('saturated');
  });

  test('one sign: the target lies above, or below, all masked images', async () => {
    const [up] = await bright.explain(occlusion, { baseline: 'black' });
    expect(up!.notes.join(' ')).toContain('Nothing contradicts this class');
    const [down] = await bright.explain(occlusion, { baseline: '2' });
    expect(down!.notes.join(' ')).toContain('Nothing supports this class here: hiding any part raises its value');
  });

  test('a target that scores below the hidden image: the shares add up to less than 0', async () => {
    for (const [method, parameters] of [
      [kernelShap, { ...GRID, samples: 40, hide: 'white' }],
      [partitionShap, { samples: 60, masker: 'white' }],
    ] as const) {
      const maps = await tiny.explain(method, parameters);
      for (const { figures, notes, superpixels, values } of maps) {
        const below = figures['prediction']! < figures['hidden']!;
        const up = (superpixels?.values ?? values.data).some((value) => value > 0);
        expect(notes.join(' ').includes('lower for the image than with everything hidden')).toBe(below && up);
      }
      expect(maps.some(({ notes }) => notes.join(' ').includes('lower for the image'))).toBe(true);
    }
  });

  test('parameters that cannot be are refused in words', async () => {
    const wrong = (method: typeof lime, parameters: object) =>
      tiny.explain(method, parameters as Record<string, unknown>);
    await expect(wrong(lime, { hide: 'blakc' })).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining("Did you mean 'black'") }); // biome-ignore format: one line
    await expect(wrong(occlusion, { baseline: 'segmentMean' })).rejects.toMatchObject({
      subject: 'occlusion.baseline',
    });
    await expect(wrong(kernelShap, { l1Reg: 'some' })).rejects.toMatchObject({ subject: 'kernelShap.l1Reg' });
    await expect(wrong(partitionShap, { masker: 'blur(0,3)' })).rejects.toMatchObject({ kind: 'usage' });
    await expect(wrong(lime, { segments: 'grid:100x100' })).rejects.toMatchObject({ kind: 'usage' });
  });
});

test('LIME hides as its parameter says', async () => {
  const tiny = await tinyBench();
  const prediction = async (hide: string) =>
    (await tiny.explain(lime, { ...GRID, samples: 40, hide }))[0]!.figures['r2'];
  const all = ['segmentMean', 'segmentMeanWhole', 'zero', 'mean', 'black', 'white', 'grey', 'blur', '0.25', '255'];
  const seen = new Set(await Promise.all(all.map(prediction)));
  // Black is 0 here.
  expect(seen.size).toBe(all.length - 1);
  await tiny.dispose();
});
