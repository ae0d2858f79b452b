// What the tests of exported files share: a small picture, also in the form of a model's input, and every method that
// can be exported, with few runs.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Preprocessing } from '../src/explainers/contracts/card.ts';
import type { AnyParameters } from '../src/explainers/contracts/parameters.ts';
import { encodePng } from '../src/explainers/images/encode.ts';
import { methods } from '../src/explainers/methods/methods.ts';

const FEW: Readonly<Record<string, AnyParameters>> = {
  integratedGradients: { steps: 5 },
  occlusion: { window: 3, stride: 2 },
  rise: { masks: 20, grid: 3 },
};

export const EXPORTABLE: readonly { readonly id: string; readonly parameters: AnyParameters }[] = [
  ...methods.values(),
].flatMap(({ id, asGraph }) => (asGraph ? [{ id, parameters: FEW[id] ?? {} }] : []));

/** The picture's side. */
export const SIZE = 8;
const PIXELS = Uint8Array.from({ length: 3 * SIZE * SIZE }, (_, i) => (i * 89) % 256);

/** Writes the picture and gives its path. */
export async function writePicture(folder: string): Promise<string> {
  const file = path.join(folder, 'image.png');
  writeFileSync(file, await encodePng(PIXELS, [SIZE, SIZE]));
  return file;
}

/** The picture as the input of a model whose images are of its size. */
export function pictureInput({ mean, std, scale, layout }: Preprocessing): number[] {
  const value = (i: number, c: number) => (PIXELS[3 * i + c]! / scale - mean[c]!) / std[c]!;
  const places = Array.from({ length: SIZE * SIZE }, (_, i) => i);
  const channels = [0, 1, 2];
  return layout === 'nchw'
    ? channels.flatMap((c) => places.map((i) => value(i, c)))
    : places.flatMap((i) => channels.map((c) => value(i, c)));
}
