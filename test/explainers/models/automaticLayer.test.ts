import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import { chooseLayer } from '../../../src/explainers/method/layers.ts';
import { ablationCam } from '../../../src/explainers/methods/cam/ablationCam.ts';
import { eigenCam } from '../../../src/explainers/methods/cam/eigenCam.ts';
import { gradCam } from '../../../src/explainers/methods/cam/gradCam.ts';
import { gradCamPlusPlus } from '../../../src/explainers/methods/cam/gradCamPlusPlus.ts';
import { hiResCam } from '../../../src/explainers/methods/cam/hiResCam.ts';
import { layerCam } from '../../../src/explainers/methods/cam/layerCam.ts';
import { scoreCam } from '../../../src/explainers/methods/cam/scoreCam.ts';
import { xGradCam } from '../../../src/explainers/methods/cam/xGradCam.ts';
import { int64 } from '../../../src/explainers/tensor/tensor.ts';
import { explainerFor } from '../../reference/explain.ts';
import { numbers } from '../../tinyModels.ts';
import { modelOf } from '../methods/closedForm.ts';

// Small networks of each kind of difficulty: what is taken for the layer is what a specialist takes, and its map lies
// right.

const CHANNELS = 4;

/** Transformer parts over values whose last axis holds the channels. */
class Net {
  readonly b = new GraphBuilder('net');
  #seed = 1;

  /** The patches of an image of `size` pixels, as [1, size / 2, size / 2, C]. */
  patches(size: number): string {
    const image = this.b.input('image', { dtype: 'float32', shape: [1, 3, size, size] });
    const kernel = this.b.constant(numbers([CHANNELS, 3, 2, 2], this.#seed++));
    return this.transposed(this.b.node('Conv', [image, kernel], { strides: [2, 2] }, 'patches'), 0, 2, 3, 1);
  }

  transposed = (value: string, ...perm: number[]) => this.b.node('Transpose', [value], { perm });
  shaped = (value: string, ...shape: number[]) => this.b.node('Reshape', [value, this.ints(...shape)]);
  ints = (...values: number[]) => this.b.constant(int64(values));
  linear = (value: string, from: number, to: number) =>
    this.b.node('MatMul', [value, this.b.constant(numbers([from, to], this.#seed++))], {}, 'linear');

  norm(value: string, name: string, channels = CHANNELS): string {
    const ones = this.b.constant(numbers([channels], this.#seed++));
    return this.b.node('LayerNormalization', [value, ones], { axis: -1 }, name);
  }

  /** Queries of one value look at another's keys and values. */
  attention(queries: string, others: string, channels = CHANNELS, to = channels): string {
    const [q, k, v] = [queries, others, others].map((value) => this.linear(value, channels, channels));
    const scores = this.b.node(
      'Softmax',
      [this.b.node('MatMul', [q!, this.transposed(k!, 0, 2, 1)])],
      { axis: -1 },
      'scores',
    );
    return this.linear(this.b.node('MatMul', [scores, v!], {}, 'attention'), channels, to);
  }

  block(x: string, name: string, channels = CHANNELS): string {
    const read = this.norm(x, name, channels);
    return this.b.node('Add', [x, this.attention(read, read, channels)], {}, `${name}.sum`);
  }

  /** Mean over the tokens [1, N, C], then three classes. */
  ends(value: string, channels = CHANNELS, size = 16) {
    const mean = this.b.node('ReduceMean', [value, this.ints(1)], { keepdims: 0 });
    this.b.setOutputs([this.linear(mean, channels, 3)]);
    return modelOf(this.b.build(), [1, 3, size, size]);
  }

  slice = (value: string, axis: number, from: number, to: number, step = 1) =>
    this.b.node('Slice', [value, this.ints(from), this.ints(to), this.ints(axis), this.ints(step)]);

  rolled(value: string, axis: number, by: number): string {
    return this.b.node('Concat', [this.slice(value, axis, by, 1000), this.slice(value, axis, 0, by)], { axis });
  }
}

const FAMILY = [gradCam, gradCamPlusPlus, hiResCam, layerCam, xGradCam, eigenCam, scoreCam, ablationCam];
const automatic = ({ layers }: ReturnType<typeof modelOf>) => layers.find((layer) => layer.automatic)!;

/** 8 × 8 places, shifted by 1 both ways, in windows of 4 × 4: [4, 16, C]. */
function windows(net: Net, grid: string): string {
  const shifted = net.rolled(net.rolled(grid, 1, 1), 2, 1);
  const cut = net.transposed(net.shaped(shifted, 1, 2, 4, 2, 4, CHANNELS), 0, 1, 3, 2, 4, 5);
  return net.shaped(cut, 4, 16, CHANNELS);
}

/** A network that normalises its places in windows, or on the grid and cuts them then. */
function windowed(within: boolean) {
  const net = new Net();
  const grid = net.patches(16);
  const read = within ? net.norm(windows(net, grid), 'read') : windows(net, net.norm(grid, 'read'));
  const looked = net.attention(read, read);
  return net.ends(net.shaped(looked, 1, 64, CHANNELS));
}

describe('the automatic layer', () => {
  test('behind patches that are merged in six axes is the last stage’s', () => {
    const net = new Net();
    const first = net.block(net.shaped(net.patches(16), 1, 64, CHANNELS), 'first');
    const four = net.transposed(net.shaped(first, 1, 4, 2, 4, 2, CHANNELS), 0, 1, 3, 4, 2, 5);
    const merged = net.linear(net.shaped(four, 1, 16, 4 * CHANNELS), 4 * CHANNELS, 8);
    const layer = automatic(net.ends(net.block(merged, 'second', 8), 8));
    expect(layer).toMatchObject({ name: 'second:0', shape: [8, 4, 4], layout: { kind: 'tokens', grid: [4, 4] } });
    expect(layer.reason).toBe('the last attention’s input, normalised');
  });

  test('behind registers that are split off and joined again keeps its grid', () => {
    const net = new Net();
    const tokens = net.shaped(net.patches(16), 1, 64, CHANNELS);
    const joined = net.b.node('Concat', [net.b.constant(numbers([1, 3, CHANNELS])), tokens], { axis: 1 });
    const [some, rest] = net.b.nodes('Split', [joined, net.ints(1, 66)], 2, { axis: 1 });
    const again = net.b.node('Concat', [some!, net.linear(rest!, CHANNELS, CHANNELS)], { axis: 1 });
    const layer = automatic(net.ends(net.block(again, 'last')));
    expect(layer).toMatchObject({ name: 'last:0', layout: { kind: 'tokens', before: 3, grid: [8, 8] } });
    expect(layer.reason).toContain('class token');
  });

  test('behind an attention whose queries are fewer is on the queries’ grid', () => {
    const net = new Net();
    const tokens = net.shaped(net.patches(16), 1, 64, CHANNELS);
    const grid = net.shaped(tokens, 1, 8, 8, CHANNELS);
    const few = net.shaped(net.slice(net.slice(grid, 1, 0, 8, 2), 2, 0, 8, 2), 1, 16, CHANNELS);
    const layer = automatic(net.ends(net.b.node('Relu', [net.attention(few, tokens, CHANNELS, 6)], {}, 'down'), 6));
    expect(layer).toMatchObject({ name: 'down:0', shape: [6, 4, 4] });
  });

  test('of windows is laid out on the grid', () => {
    const layer = automatic(windowed(true));
    expect(layer).toMatchObject({ name: 'read:0', shape: [CHANNELS, 8, 8], layout: { kind: 'scattered' } });
    expect(chooseLayer([layer], 'auto').note).toContain('were rearranged on a grid of 8 × 8');
  });

  test('is not said to be what the last attention reads where the blocks add their norms afterwards', () => {
    const net = new Net();
    let x = net.norm(net.shaped(net.patches(16), 1, 64, CHANNELS), 'start');
    for (const name of ['one', 'two']) x = net.b.node('Add', [x, net.norm(net.attention(x, x), name)]);
    const layer = automatic(net.ends(x));
    expect(layer.name).toBe('one:0');
    expect(layer.reason).toBe('the last normalised value on the way to the last attention');
  });

  test('says where later values could not be laid out', () => {
    const net = new Net();
    const first = net.block(net.shaped(net.patches(16), 1, 64, CHANNELS), 'first');
    // Which places are the largest is known only when the model runs.
    const [best] = net.b.nodes('TopK', [first, net.ints(16)], 2, { axis: 1 }, 'best');
    const layer = automatic(net.ends(net.block(best!, 'second')));
    expect(layer.name).toBe('first:0');
    expect(layer.reason).toContain('values after TopK');
  });
});

test.each(FAMILY.map((method) => [method.id, method] as const))(
  '%s of windows is that of the same values on their grid',
  async (_, method) => {
    const image = numbers([1, 3, 16, 16], 9);
    const maps = [];
    for (const within of [true, false]) {
      const explainer = await explainerFor(windowed(within));
      const [map] = await explainer.explain(method, {}, image, [1]);
      maps.push(map!.values.data);
      await explainer.dispose();
    }
    const [inWindows, onGrid] = maps as [Float32Array, Float32Array];
    const largest = Math.max(...onGrid.map(Math.abs));
    expect(largest).toBeGreaterThan(0);
    for (const [i, value] of inWindows.entries()) expect(Math.abs(value - onGrid[i]!)).toBeLessThan(1e-4 * largest);
  },
);
