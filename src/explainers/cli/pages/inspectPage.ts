import type { AnnotationFiles, ModelDescription } from '../../contracts/results.ts';
import { append } from '../../lists.ts';
import { written } from '../../unseen.ts';
import { inputTexts } from '../flags/inputFlags.ts';
import { bold } from './style.ts';
import { type Cell, textTable, wrapped } from './textTable.ts';

/** How many layers, labels and operators are listed; `--json` lists all. */
const LAYERS = 12;
const LABELS = 12;
const OPERATORS = 8;

/** A description of a model, its input and output, and which methods can explain it, for a person. */
export function inspectPage(model: ModelDescription, annotations: AnnotationFiles | null, width: number): string {
  const { card } = model;
  const text = (line: string) => wrapped(written(line), width, '  ');
  const list = (names: readonly string[], most: number) =>
    names.slice(0, most).join(', ') + (names.length > most ? `, and ${names.length - most} more` : '');
  const size = (shape: readonly (number | string)[]) => (shape.length === 0 ? 'any shape' : shape.join(' × '));
  const operators = Object.entries(model.operators).map(([name, count]) => `${count} ${name}`);
  const parts = [
    bold(written(card.path ?? card.model)),
    text(`Model: ${card.model} (${megabytes(model.bytes)}, opset ${model.opset}; ${list(operators, OPERATORS)})`),
    text(`Task: ${card.task}, ${card.labels.length} classes: ${list(card.labels, LABELS)}`),
    ...model.inputs.map(({ name, dtype, shape }) => text(`Input: ${name}, ${dtype}, ${size(shape)}`)),
    text(`Image: ${inputText(card.input)}`),
    ...inputTexts(card).map(text),
    ...model.outputs.map(({ name, dtype, shape }) => text(`Output: ${name}, ${dtype}, ${size(shape)}`)),
    text(`Scores: ${model.activation === 'none' ? 'unchanged' : `the ${model.activation} of`} ${model.logits}`),
    ...engineTexts(model.engine).map(text),
    ...card.guesses.map((guess) => text(`Guessed ${guess}.`)),
    ...model.notes.map(text),
    '',
    bold('Layers for Grad-CAM'),
    layerTable(model, width),
    '',
    bold('Methods'),
    methodTable(model, width),
  ];
  for (const { id, unavailable } of model.methods) {
    if (unavailable) parts.push(text(`${id} cannot run: ${unavailable.message}`));
  }
  if (annotations) append(parts, ['', bold('Annotations'), ...annotationTexts(annotations).map(text)]);
  return `${parts.join('\n')}\n`;
}

function engineTexts({ id, version, device, compared, passedOver = [], notice }: ModelDescription['engine']) {
  return [
    `Engine: ${id} ${version} on ${device}${compared ? `. ${compared}` : ''}`,
    ...passedOver.map((each) => `Not on ${each.device}: ${each.reason}.`),
    ...(notice ? [notice] : []),
  ];
}

function inputText({
  size,
  resize,
  channels,
  bands,
  show,
  scale,
  mean,
  std,
  interpolation,
}: ModelDescription['card']['input']): string {
  const numbers = (values: readonly number[]) =>
    new Set(values).size === 1 ? `${values[0]}` : `[${values.join(', ')}]`;
  return `${size.join(' × ')} pixels by ${resize} (${interpolation}), ${bands ? `bands ${bands.join(', ')} (shown: ${show?.join(', ')})` : channels}, (pixel / ${scale} − ${numbers(mean)}) / ${numbers(std)}`;
}

/** The last layers, which are the usual choices for Grad-CAM, and the automatic one. */
function layerTable({ layers }: ModelDescription, width: number): string {
  if (layers.length === 0) return '  none';
  const shown = layers.filter(({ automatic }, i) => automatic || i >= layers.length - LAYERS);
  const rows = shown.map(({ name, op, shape, automatic }): Cell[] => [
    `${automatic ? '*' : ' '} ${name}`,
    op,
    shape.join(' × '),
  ]);
  const hidden = layers.length - shown.length;
  return `${textTable(['  layer', 'operator', 'shape'], rows, width)}${hidden > 0 ? `\n  and ${hidden} earlier ones` : ''}`;
}

function methodTable({ methods }: ModelDescription, width: number): string {
  const rows = methods.map(({ id, title, unavailable }): Cell[] => [id, title, unavailable ? 'no' : 'yes']);
  return textTable(['method', 'title', 'can run'], rows, width);
}

function annotationTexts({ files, problems }: AnnotationFiles): readonly string[] {
  return [
    ...files.flatMap(({ path, format, images, missing, unmatched, problems: own }) => [
      `${path}: ${format}, ${images} image${images === 1 ? '' : 's'}`,
      ...(missing && missing.count > 0
        ? [`  ${missing.count} of them were not found nearby: ${missing.names.join(', ')}`]
        : []),
      ...(unmatched.length > 0 ? [`  labels that match no class: ${unmatched.join(', ')}`] : []),
      ...own,
    ]),
    ...problems,
  ];
}

const megabytes = (bytes: number) =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
