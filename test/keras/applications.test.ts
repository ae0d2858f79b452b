// Every architecture of keras.applications with random weights, as Keras saves it: TensorFlow's scores, logits and
// gradient. `npm run test:keras` runs this and writes the table of docs/keras.md.
//   SALIENCY_LENS_KERAS=MobileNet,VGG16   only these (the others' rows stay)
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Preprocessing } from '../../src/explainers/contracts/card.ts';
import { forwardScores } from '../../src/explainers/method/forward.ts';
import { gradient } from '../../src/explainers/methods/gradient/gradient.ts';
import { loadModel } from '../../src/explainers/models/loadModel.ts';
import { float32 } from '../../src/explainers/tensor/tensor.ts';
import { root } from '../data.ts';
import { relativeL2 } from '../reference/cases.ts';
import { explainerFor } from '../reference/explain.ts';
import { noTensorflow, ownFolder, tensorflowRuns } from './tensorflow.ts';

interface Architecture {
  readonly name: string;
  readonly family: string;
  /** Height and width of the image. */
  readonly size: number;
}

interface Measured {
  readonly classes: number;
  readonly target: number;
  readonly kinds: readonly string[];
  readonly parameters: number;
  /** How far TensorFlow's float32 numbers are from its float64 numbers: ‖a − b‖ / ‖b‖. */
  readonly noise: Readonly<Record<'scores' | 'logits' | 'gradient', number>>;
}

const MINUTES = 60_000;

const only = process.env['SALIENCY_LENS_KERAS']?.split(',');
const all = noTensorflow ? [] : await tensorflowRuns<Architecture[]>('applications.py', 'list');
const chosen = all.filter(({ name }) => only?.includes(name) ?? true);

const folder = ownFolder('keras');
/** The rows of the table by the names of the architectures, also those of earlier runs. */
const FIGURES = path.join(root, 'out/keras.json');

/** Keeps a row for the table. */
function noted(name: string, row: readonly string[]): void {
  const rows: Record<string, readonly string[]> = existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {};
  mkdirSync(path.dirname(FIGURES), { recursive: true });
  writeFileSync(FIGURES, JSON.stringify({ ...rows, [name]: row }));
}

/** ≤ 1e-4, or at most three times as far from float64 as TensorFlow's own float32 run. */
const bound = (own: number) => Math.max(1e-4, 3 * own);

/** [1, height, width, channels] as [1, channels, height, width]. */
function turned(values: Float64Array, channels: number): Float32Array {
  const pixels = values.length / channels;
  return Float32Array.from(values, (_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)]!);
}

/** What a card does to pixels of 0 … 255, RGB, [1, 3, height, width]. */
function prepared(pixels: Float32Array, { scale, mean, std, channels }: Preprocessing): Float32Array {
  const plane = pixels.length / 3;
  const one = (values: readonly number[], channel: number) => values[values.length === 1 ? 0 : channel]!;
  return pixels.map((_, i) => {
    const channel = Math.floor(i / plane);
    const pixel = pixels[(channels === 'bgr' ? 2 - channel : channel) * plane + (i % plane)]!;
    return (pixel / scale - one(mean, channel)) / one(std, channel);
  });
}

describe.skipIf(noTensorflow)(`keras.applications${noTensorflow ? `: ${noTensorflow}` : ''}`, () => {
  test.each(chosen.length > 0 ? chosen : [{ name: 'none', family: '', size: 0 }])(
    '$name, $size × $size',
    async ({ name, family, size }) => {
      const measured = await tensorflowRuns<Measured>('applications.py', name, String(size), folder);
      const { classes, target, noise } = measured;
      const bytes = readFileSync(path.join(folder, `${name}.f64`));
      const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
      const values = 3 * size * size;
      let at = 0;
      const next = (count: number) => numbers.subarray(at, (at += count));
      const pixels = turned(next(values), 3);
      const image = turned(next(values), 3);
      const [scores, logits, exact] = [next(classes), next(classes), turned(next(values), 3)];
      const far: Record<'scores' | 'logits' | 'gradient', number> = { scores: 0, logits: 0, gradient: 0 };
      const sizes: number[] = [];
      for (const kind of measured.kinds) {
        const file = path.join(folder, `${name}.${kind}`);
        sizes.push(statSync(file).size);
        const { model, card, notes } = await loadModel(file);
        expect(card.input.size, kind).toEqual([size, size]);
        expect(relativeL2(prepared(pixels, card.input), image), `${kind}: what the card does to pixels`).toBeLessThan(
          1e-6,
        );
        expect(notes, kind).toEqual([]);
        const explainer = await explainerFor(model);
        try {
          const input = float32([1, 3, size, size], image);
          const compiled = (_: string, make: () => Parameters<typeof explainer.engine.compile>[0]) =>
            explainer.engine.compile(make());
          const own = await forwardScores({ model, input, compiled, signal: new AbortController().signal });
          const [map] = await explainer.explain(gradient, {}, input, [target]);
          // RegNet ends with its logits, to which Saliency Lens adds the softmax.
          const given = relativeL2(scores, logits) === 0 ? own.logits : own.scores;
          far.scores = Math.max(far.scores, relativeL2(given, scores));
          far.logits = Math.max(far.logits, relativeL2(own.logits, logits));
          far.gradient = Math.max(far.gradient, relativeL2(map!.values.data, exact));
        } finally {
          await explainer.dispose();
        }
        rmSync(file);
      }
      const digits = (number: number) => number.toExponential(1);
      noted(name, [
        name,
        family,
        `${size}`,
        (measured.parameters / 1e6).toFixed(1),
        sizes.map((each) => `${(each / 1e6).toFixed(0)}`).join(', '),
        ...(['scores', 'logits', 'gradient'] as const).flatMap((what) => [digits(far[what]), digits(noise[what])]),
      ]);
      for (const what of ['scores', 'logits', 'gradient'] as const) {
        expect(far[what], `${what}, where TensorFlow itself is off by ${digits(noise[what])}`).toBeLessThanOrEqual(
          bound(noise[what]),
        );
      }
    },
    20 * MINUTES,
  );
});
