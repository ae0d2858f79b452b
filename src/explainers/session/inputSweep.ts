import type { Call } from '../contracts/call.ts';
import type { FurtherInput } from '../contracts/furtherInput.ts';
import type { ClassScore } from '../contracts/results.ts';
import type { InputFlip, InputPoint, InputSweep, InputSweepRequest } from '../contracts/sweep.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { append } from '../lists.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/tensor.ts';
import { boundModel } from './models/boundInputs.ts';
import type { OpenModel } from './models/openModels.ts';
import type { OpenImage, OpenImages } from './openImages.ts';
import { predictImage } from './predictImage.ts';

const STEPS = 32;
/** A flip is found to this share of the range. */
const EXACTLY = 1e-4;

/** The scores for other values of one further input, and where the answer flips. */
export async function inputSweep(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  request: InputSweepRequest,
  call: Call,
): Promise<InputSweep> {
  const input = inputOf(open, request.name);
  const given = request.inputs ?? {};
  const at = async (text: string): Promise<InputPoint> => {
    throwIfCancelled(call.signal);
    const bound = await boundModel(open, { image: request.image, inputs: { ...given, [input.name]: text } });
    const { scores } = await predictImage(bound, image, images, { ...(call.signal && { signal: call.signal }) });
    return { text, scores: scores.map(({ score }) => score), predicted: predictedOf(scores) };
  };
  const texts = await textsOf(open, input, request);
  const points: InputPoint[] = [];
  for (const [i, text] of texts.entries()) {
    points.push(await at(text));
    call.onProgress?.({ stage: 'predict', message: `Other values of ${input.name}`, fraction: (i + 1) / texts.length });
  }
  const flips: InputFlip[] = [];
  for (const [i, next] of points.entries()) {
    const before = points[i - 1];
    if (!before || same(before, next)) continue;
    if (input.kind === 'category') flips.push(flip(before, next, next.text));
    else append(flips, await between(before, next, input, Number(texts.at(-1)) - Number(texts[0]), at));
  }
  const fields = await open.inputs.fields(request.image, given);
  const value = fields.find(({ name }) => name === input.name)?.text ?? null;
  return { name: input.name, kind: input.kind === 'category' ? 'category' : 'number', value, points, flips };
}

function inputOf(open: OpenModel, name: string): FurtherInput {
  const inputs = (open.card.inputs ?? []).filter(({ kind }) => kind !== 'constant');
  const input = inputs.find((each) => each.name === name);
  if (!input) {
    const names = inputs.map((each) => each.name);
    const next = names.length > 0 ? `Its further inputs are: ${names.join(', ')}.` : 'The image is its only input.';
    throw new ExplainError({
      kind: 'usage',
      message: `The model has no further input '${name}'.`,
      subject: name,
      next,
    });
  }
  if (input.kind === 'category' || (input.kind === 'number' && sizeOf(input.shape) === 1)) return input;
  throw new ExplainError({
    kind: 'unsupported',
    message: `The input '${name}' takes ${input.kind === 'tokens' ? 'a text' : `${sizeOf(input.shape)} numbers`}, which cannot be varied along a line.`,
    subject: name,
    next: 'Give single values with --input, or in the panel.',
  });
}

/** The values that are tried, ascending. */
async function textsOf(
  open: OpenModel,
  input: FurtherInput,
  { low, high, steps = STEPS, image }: InputSweepRequest,
): Promise<readonly string[]> {
  if (input.kind === 'category') return Object.keys(input.choices ?? {});
  const range = low !== undefined && high !== undefined ? [low, high] : await open.inputs.rangeOf(input.name, image);
  if (!range || !(range[0]! < range[1]!)) {
    throw new ExplainError({
      kind: 'usage',
      message: `No table says in which range the input '${input.name}' lies.`,
      subject: input.name,
      next: `Give a range: --vary ${input.name}=20..90.`,
    });
  }
  const [from, to] = range as [number, number];
  const all = Array.from({ length: steps + 1 }, (_, i) => from + ((to - from) * i) / steps);
  const exact = isFloat(input.dtype as never) ? all : [...new Set(all.map(Math.round))];
  return exact.map(String);
}

const predictedOf = (scores: readonly ClassScore[]) =>
  scores.flatMap(({ index, predicted }) => (predicted ? [index] : []));

const same = (a: InputPoint, b: InputPoint) => a.predicted.join() === b.predicted.join();

const flip = (before: InputPoint, after: InputPoint, at: string): InputFlip => ({
  at,
  before: before.predicted,
  after: after.predicted,
});

/** The flips between two values with different answers, by halving; there may be several. */
async function between(
  before: InputPoint,
  after: InputPoint,
  input: FurtherInput,
  range: number,
  at: (text: string) => Promise<InputPoint>,
): Promise<readonly InputFlip[]> {
  const [a, b] = [Number(before.text), Number(after.text)];
  const whole = !isFloat(input.dtype as never);
  if (whole ? b - a <= 1 : b - a <= EXACTLY * range) return [flip(before, after, after.text)];
  const middle = await at(String(whole ? Math.floor((a + b) / 2) : (a + b) / 2));
  return [
    ...(same(before, middle) ? [] : await between(before, middle, input, range, at)),
    ...(same(middle, after) ? [] : await between(middle, after, input, range, at)),
  ];
}
