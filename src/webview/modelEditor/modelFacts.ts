import type { ModelDescription } from '../../explainers/contracts/results.ts';
import { bytes, count, fileName } from '../format.ts';

const SHOWN = 12;

/** `1 × 3 × 224 × 224`; a name stands for a size that is open. */
export const shapeText = (shape: readonly (number | string)[]) =>
  shape.length === 0 ? 'any shape' : shape.map((each) => (each === '' ? '?' : String(each))).join(' × ');

const list = (names: readonly string[], most = SHOWN) =>
  names.slice(0, most).join(', ') + (names.length > most ? `, and ${names.length - most} more` : '');

const numbers = (values: readonly number[]) => (new Set(values).size === 1 ? `${values[0]}` : `[${values.join(', ')}]`);

/** How a picture becomes the input: `224 × 224 by crop (0.875, bicubic), RGB, (pixel / 255 − 0.5) / 0.5`. */
export function inputText({ card: { input } }: ModelDescription): string {
  const { size, resize, cropFraction, interpolation, channels, bands, scale, mean, std } = input;
  const how = resize === 'crop' ? `crop (${cropFraction}, ${interpolation})` : `${resize} (${interpolation})`;
  const colours = bands ? `bands ${bands.join(', ')}` : channels === 'gray' ? 'grey' : channels.toUpperCase();
  return `${size.join(' × ')} pixels by ${how}, ${colours}, (pixel / ${scale} − ${numbers(mean)}) / ${numbers(std)}`;
}

/** What is known of a model, in words. */
export function modelFacts(model: ModelDescription): readonly (readonly [term: string, text: string])[] {
  const { card, engine } = model;
  const operators = Object.entries(model.operators).map(([name, uses]) => `${uses} ${name}`);
  const scores =
    model.activation === 'none' ? `${model.logits}, unchanged` : `the ${model.activation} of ${model.logits}`;
  return [
    ['Task', `${card.task}, ${count(card.labels.length, 'class', 'classes')}`],
    ['Classes', list(card.labels)],
    ['Image', inputText(model)],
    ['Scores', scores],
    ['Runs on', `${engine.device.toUpperCase()}, with ${engine.title}`],
    ['File', `${bytes(model.bytes)}, opset ${model.opset}`],
    ['Operators', list(operators, 8)],
    ['Card', card.path === null ? 'none: everything was inferred' : fileName(card.path)],
  ];
}
