import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GraphBuilder } from '../../../src/explainers/graph/build.ts';
import type { Graph } from '../../../src/explainers/graph/graph.ts';
import { float32 } from '../../../src/explainers/tensor/tensor.ts';
import { writeModel } from '../../tinyModels.ts';

export const COLOURS = ['red', 'green', 'blue'] as const;
export type Colour = (typeof COLOURS)[number];
/** Side of the images; the model's input is 16 × 16. */
export const SIDE = 32;

/** A square: [x, y, side] in pixels. */
export type Square = readonly [number, number, number];

/** Sees how much of each colour an image has: 40 · share − 2 is the logit, and Grad-CAM shows where the colour is. */
export function colourModel(activation: 'Sigmoid' | 'Softmax' = 'Sigmoid'): Graph {
  const b = new GraphBuilder('colours');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 16, 16] });
  const identity = (scale: number) => Float32Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? scale : 0));
  const conv = b.node('Conv', [image, b.constant(float32([3, 3, 1, 1], identity(1)))], {}, 'conv');
  const relu = b.node('Relu', [conv], {}, 'relu');
  const pooled = b.node('GlobalAveragePool', [relu], {}, 'pool');
  const features = b.node('Flatten', [pooled], {}, 'features');
  const bias = b.constant(float32([3], Float32Array.of(-2, -2, -2)));
  const logits = b.node('Gemm', [features, b.constant(float32([3, 3], identity(40))), bias], {}, 'logits');
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  const scores = b.node(activation, [logits], activation === 'Sigmoid' ? {} : { axis: 1 }, 'scores');
  b.type(scores, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([scores]);
  return b.build();
}

/** The same scores without a value that has height and width. */
export function flatModel(): Graph {
  const b = new GraphBuilder('flat');
  const image = b.input('image', { dtype: 'float32', shape: ['N', 3, 16, 16] });
  const features = b.node('Flatten', [image], {}, 'features');
  const weights = Float32Array.from({ length: 3 * 768 }, (_, i) =>
    Math.floor(i / 768) === Math.floor((i % 768) / 256) ? 40 / 256 : 0,
  );
  const bias = b.constant(float32([3], Float32Array.of(-2, -2, -2)));
  const logits = b.node('Gemm', [features, b.constant(float32([3, 768], weights)), bias], { transB: 1 }, 'logits');
  b.type(logits, { dtype: 'float32', shape: ['N', 3] });
  const scores = b.node('Sigmoid', [logits], {}, 'scores');
  b.type(scores, { dtype: 'float32', shape: ['N', 3] });
  b.setOutputs([scores]);
  return b.build();
}

/** The model and its card; gives the card's path. */
export function writeColourModel(folder: string, graph = colourModel(), more: object = {}): string {
  writeModel(folder, graph, 'colours.onnx');
  const card = path.join(folder, 'colours.explain.json');
  const input = { size: [16, 16], resize: 'squash', scale: 255, mean: 0, std: 1 };
  writeFileSync(card, JSON.stringify({ model: 'colours.onnx', labels: COLOURS, input, ...more }));
  return card;
}

/** A black image with squares of colour, as BMP. */
export function writeImage(file: string, squares: Readonly<Partial<Record<Colour, Square>>>): void {
  const header = Buffer.alloc(54);
  const bytes = Buffer.alloc(SIDE * SIDE * 3);
  header.write('BM');
  header.writeUInt32LE(header.length + bytes.length, 2);
  header.writeUInt32LE(header.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(SIDE, 18);
  // Negative: from top to bottom.
  header.writeInt32LE(-SIDE, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  for (const [channel, colour] of COLOURS.entries()) {
    const [x, y, side] = squares[colour] ?? [0, 0, 0];
    for (let row = y; row < y + side; row++)
      for (let column = x; column < x + side; column++) bytes[(row * SIDE + column) * 3 + 2 - channel] = 255;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([header, bytes]));
}

export interface Entry {
  readonly name: string;
  readonly boxes: readonly (readonly [Colour, Square])[];
}

/** A COCO file with one image or annotation a line. */
export function cocoText(entries: readonly Entry[]): string {
  let id = 0;
  const images = entries.map(({ name }, i) => JSON.stringify({ id: i, file_name: name, width: SIDE, height: SIDE }));
  const annotations = entries.flatMap(({ boxes }, image) =>
    boxes.map(([colour, [x, y, side]]) =>
      JSON.stringify({ id: ++id, image_id: image, category_id: COLOURS.indexOf(colour), bbox: [x, y, side, side] }),
    ),
  );
  const categories = COLOURS.map((name, i) => JSON.stringify({ id: i, name }));
  const list = (items: readonly string[]) => `[\n${items.join(',\n')}\n]`;
  return `{"images": ${list(images)},\n"annotations": ${list(annotations)},\n"categories": ${list(categories)}}\n`;
}

/** 1-based line of the first that holds the text. */
export function lineOf(text: string, part: string): number {
  return text.split('\n').findIndex((line) => line.includes(part)) + 1;
}
