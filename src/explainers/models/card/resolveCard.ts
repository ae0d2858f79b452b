import path from 'node:path';
import type { AnnotationSource, ClassReduction, ModelCard, Preprocessing } from '../../contracts/card.ts';
import { channelCount } from '../../contracts/channelCount.ts';
import type { FurtherInput } from '../../contracts/furtherInput.ts';
import { segmentFileIn } from '../../contracts/segmentFile.ts';
import { ExplainError } from '../../errors.ts';
import { errorText } from '../../errorText.ts';
import { leadsOut, namesMachine } from '../../files/reach.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Opening } from '../../importers/importer.ts';
import { append } from '../../lists.ts';
import { didYouMean } from '../../suggest.ts';
import type { Settings } from '../origin/origin.ts';
import { guessedScores, guessedTask, taskOf } from '../scores/guessedScores.ts';
import type { Head } from '../scores/head.ts';
import type { CardFields, CardText } from './cardText.ts';
import { type InputShape, inferLabels, inferNormalisation, inputShape } from './inferCard.ts';
import { parseLabels } from './labelFile.ts';
import { readText } from './nearbyFiles.ts';

/** A card's place on disk and its text, or a bare model. */
export interface CardFile {
  /** Absolute path of the model file. */
  readonly model: string;
  /** Absolute path of the card; null for a bare model. */
  readonly path: string | null;
  readonly text: CardText | null;
  /** Called with each file before it is read, even if it does not exist. */
  readonly opening?: Opening;
  /** Folders that the label file must stay within; absent: it may be anywhere. */
  readonly within?: readonly string[];
  /** What the files or the library that the model comes from say of its classes and images. */
  readonly beside?: Settings | undefined;
  /** The Keras file next to the model that its lost values were read from. */
  readonly valuesFrom?: string | null;
}

/** The labels given by the card itself, in its list or in the file it names; undefined: none. */
export function cardLabels(file: CardFile): readonly string[] | undefined {
  const labels = file.text?.fields.labels;
  if (labels === undefined || typeof labels !== 'string') return labels;
  const folder = path.dirname(file.path!);
  const target = path.resolve(folder, labels);
  if (namesMachine(labels) || (file.within && leadsOut(target, file.within))) throw outside(file, labels);
  file.opening?.(target);
  const text = readText(target, 'card');
  if (text !== undefined) return parseLabels(text, target);
  throw new ExplainError({
    kind: 'card',
    message: `The label file '${labels}' does not exist.`,
    subject: file.text!.at(['labels']),
    next: `Correct the path (it is relative to ${folder}), or list the labels in the card.`,
  });
}

function outside({ text, within = [] }: CardFile, labels: string): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: `The label file '${labels}' leads out of ${within.join(', ')}, so it is not read.`,
    subject: text!.at(['labels']),
    next: 'Copy it next to the card, or list the labels in the card; see docs/model-card.md.',
  });
}

/** Throws `card` if the card names a segment file that leads out of its reach. */
function checkSegmentFiles({ text, within, path: card }: CardFile): void {
  if (!text || !within) return;
  for (const [method, parameters] of Object.entries(text.fields.explain ?? {})) {
    for (const [name, value] of Object.entries(parameters)) {
      const file = segmentFileIn(value);
      if (file === null) continue;
      if (!namesMachine(file) && !leadsOut(path.resolve(path.dirname(card!), file), within)) continue;
      throw new ExplainError({
        kind: 'card',
        message: `The segment file '${file}' leads out of ${within.join(', ')}, so it is not read.`,
        subject: text.at(['explain', method, name]),
        next: 'Copy it next to the card, or name it yourself (--segments, or in the form of the method).',
      });
    }
  }
}

/**
 * The card with every default filled in from the model.
 * @param graph the model with the types of its values
 * @param input name of the image input
 * @param inputs the further inputs, as the card declares them
 * @throws ExplainError `card`, at the field that does not fit the model
 */
export function resolveCard(
  file: CardFile,
  graph: Graph,
  input: string,
  head: Head,
  inputs: readonly FurtherInput[] = [],
): ModelCard {
  const fields: Partial<CardFields> = file.text?.fields ?? {};
  const at = (...where: string[]) => file.text?.at(where) ?? file.model;
  const guesses: string[] = [];
  if (file.valuesFrom) guesses.push(`model: the values that its export lost are those of ${file.valuesFrom}`);
  if (file.path === null && inputs.length > 0) {
    const names = inputs.map(({ name, kind }) => `'${name}' (${kind})`).join(', ');
    guesses.push(`inputs: what ${names} take is a guess; add "from" (a table) or "default" to each`);
  }
  checkSegmentFiles(file);
  const preprocessing = resolveInput(file, graph, input, guesses);
  const labels = resolveLabels(file, graph, head, guesses);
  const declared = fields.output?.activation;
  const told = declared === 'sigmoid' || declared === 'softmax' ? declared : null;
  const reduction = classReduction(file);
  // An image may show several of the classes of a detector or of a segmentation network.
  const stated = fields.task ?? (reduction && !told ? 'multi-label' : file.beside?.task);
  const task = stated ?? taskOf(told, head);
  if (!stated && !told) guesses.push(guessedTask(task, head));
  if (declared === undefined || declared === 'auto') append(guesses, guessedScores(stated, head));
  const { thresholds: given = 0.5 } = fields;
  const thresholds = typeof given === 'number' ? labels.map(() => given) : given;
  if (thresholds.length !== labels.length) {
    throw new ExplainError({
      kind: 'card',
      message: `The card has ${thresholds.length} thresholds for ${labels.length} classes.`,
      subject: at('thresholds'),
      next: 'Give one threshold for all, or one per label in the same order.',
    });
  }
  const known = new Set(labels.map((label) => label.toLowerCase()));
  for (const [from, to] of Object.entries(fields.aliases ?? {})) {
    if (known.has(to.toLowerCase()) || known.has(from.toLowerCase())) continue;
    throw new ExplainError({
      kind: 'card',
      message: `The alias '${from}' stands for '${to}', which is not a label of the model.${didYouMean(to, labels)}`,
      subject: at('aliases', from),
      next: 'Aliases map a label of the annotation files to one in "labels".',
    });
  }
  return {
    model: file.model,
    path: file.path,
    task,
    labels,
    input: preprocessing,
    output: {
      name: fields.output?.name ?? null,
      activation: fields.output?.activation ?? 'auto',
      ...(reduction && { classes: reduction }),
    },
    thresholds,
    annotations: (fields.annotations ?? []).map((source) => resolveSource(source, path.dirname(file.path!))),
    aliases: fields.aliases ?? {},
    explain: fields.explain ?? {},
    quantised: fields.quantised ?? 'asIs',
    device: fields.device ?? 'auto',
    ...(inputs.length > 0 && { inputs }),
    guesses: guesses.map(errorText),
  };
}

/** The bands that are shown: three or one. */
function shownOf(
  show: readonly number[] | undefined,
  bands: readonly number[] = [],
  subject: string,
): readonly number[] {
  if (!show) return bands.length >= 3 ? bands.slice(0, 3) : bands.slice(0, 1);
  if (show.length !== 2) return show;
  throw new ExplainError({
    kind: 'card',
    message: '"input.show" lists two bands, but a picture shows one or three.',
    subject,
    next: 'List three bands for red, green and blue, or one for a grey picture.',
  });
}

/** The card's reduction of an output to one number per class; undefined: none. */
export function classReduction({ text }: CardFile): ClassReduction | undefined {
  const { classes, over } = text?.fields.output ?? {};
  if (classes) {
    const { axis, from = 0, to } = classes;
    return { axis, from, ...(to !== undefined && { to }), over: over ?? 'max' };
  }
  if (over === undefined) return undefined;
  throw new ExplainError({
    kind: 'card',
    message: '"over" says how an output is reduced, but not where its classes lie.',
    subject: text!.at(['output', 'over']),
    next: 'Add "classes": { "axis": … } to "output", or leave "over" out.',
  });
}

function resolveSource(source: string | AnnotationSource, folder: string): AnnotationSource {
  const { path: relative, ...more } = typeof source === 'string' ? { path: source } : source;
  return { path: path.resolve(folder, relative), ...more };
}

function resolveLabels(file: CardFile, graph: Graph, head: Head, guesses: string[]): readonly string[] {
  const own = cardLabels(file);
  if (own === undefined) {
    const { value, guess } = inferLabels(graph, file, head.classes);
    if (guess) guesses.push(guess);
    return value;
  }
  if (own.length === head.classes) return own;
  throw new ExplainError({
    kind: 'card',
    message: `The card has ${own.length} labels, but the model's output '${head.output}' has ${head.classes} classes.`,
    subject: file.text!.at(['labels']),
    next: 'List one label per output, in the order of the outputs; or name another output in "output".',
  });
}

/**
 * The channels of an image input whose number differs from that of pictures: the axis that is shorter than the two
 * others.
 */
function channelsOf([, a, b, c]: readonly (number | string)[]): number | undefined {
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number') return undefined;
  if (a < Math.min(b, c)) return a;
  return c < Math.min(a, b) ? c : undefined;
}

function otherBands(bands: readonly number[], count: number, input: string, subject: string): ExplainError {
  return new ExplainError({
    kind: 'card',
    message: `The card's "input.bands" lists ${bands.length} band${bands.length === 1 ? '' : 's'}, but the model's input '${input}' takes ${count}.`,
    subject,
    next: 'List one band per channel of the model, in its order.',
  });
}

function channelsRefused(
  count: number,
  input: string,
  declared: readonly (number | string)[],
  subject: string,
): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `The model takes ${count} channels ('${input}' [${declared.join(', ')}]), but pictures have 1 or 3.`,
    subject,
    next: `Say in the model card which bands of the images feed it, from 1: "input": { "bands": [${Array.from({ length: Math.min(count, 16) }, (_, i) => i + 1).join(', ')}${count > 16 ? ', …' : ''}] }; "show" says which three are shown.`,
  });
}

/** The size of the image, where the card gives none. */
export const openSize = (shape: InputShape, { beside }: CardFile): readonly [number, number] => [
  shape.height ?? beside?.size?.[0] ?? 224,
  shape.width ?? beside?.size?.[1] ?? 224,
];

function resolveInput(file: CardFile, graph: Graph, input: string, guesses: string[]): Preprocessing {
  const fields = file.text?.fields.input ?? {};
  const at = (...where: string[]) => file.text?.at(['input', ...where]) ?? file.model;
  const declared = graph.types.get(input)?.shape ?? [];
  const { bands } = fields;
  const shape = inputShape(declared, fields.layout, bands?.length);
  if (!shape) {
    const count = channelsOf(declared);
    if (count !== undefined && bands) throw otherBands(bands, count, input, at('bands'));
    if (count !== undefined) throw channelsRefused(count, input, declared, file.model);
    throw new ExplainError({
      kind: 'card',
      message: `The model's input '${input}' has shape [${declared.join(', ')}], which does not say where the channels are.`,
      subject: at('layout'),
      next: 'Set "layout" ("nchw" or "nhwc") and "size" in the card\'s "input".',
    });
  }
  const size = fields.size ?? openSize(shape, file);
  if (!fields.size && !file.beside?.size && (shape.height === undefined || shape.width === undefined)) {
    guesses.push(`input.size: the model takes any size, so ${size.join(' × ')} is a guess`);
  }
  const wrong = [shape.height, shape.width].some((dim, i) => dim !== undefined && dim !== size[i]);
  if (wrong) {
    throw new ExplainError({
      kind: 'card',
      message: `The card says size [${size.join(', ')}], but the model's input '${input}' is ${shape.height} high and ${shape.width} wide.`,
      subject: at('size'),
      next: 'Leave out "size", which then follows the model.',
    });
  }
  const inferred = inferNormalisation(graph, shape.layout, input, file.beside);
  // The three numbers belong together: a card that sets some of them does not get the others from another model family.
  const partly = ['scale', 'mean', 'std'].some((key) => Object.hasOwn(fields, key));
  const usual = partly ? 'rgb' : (inferred.value.channels ?? 'rgb');
  const channels = fields.channels ?? (shape.channels === 1 ? 'gray' : usual);
  if (bands && bands.length !== shape.channels) throw otherBands(bands, shape.channels, input, at('bands'));
  if (!bands && (channels === 'gray' ? 1 : 3) !== shape.channels) {
    if (!fields.channels || (shape.channels !== 1 && shape.channels !== 3)) {
      throw channelsRefused(shape.channels, input, declared, file.text ? at() : file.model);
    }
    throw new ExplainError({
      kind: 'card',
      message: `The card's channels '${channels}' do not fit the model's input '${input}', which has ${shape.channels}.`,
      subject: at('channels'),
      next: `Use "${shape.channels === 1 ? 'gray' : 'rgb'}"; a grey image is repeated to three channels for rgb.`,
    });
  }
  const count = channelCount({ bands, channels });
  const perChannel = (key: 'mean' | 'std'): readonly number[] => {
    const given = fields[key] ?? inferred.value[key];
    const values = typeof given === 'number' ? [given] : given;
    if (values.length === count) return values;
    if (values.length === 1) return Array.from({ length: count }, () => values[0]!);
    if (fields[key] === undefined) return [values.reduce((sum, value) => sum + value, 0) / values.length];
    throw new ExplainError({
      kind: 'card',
      message: `'input.${key}' has ${values.length} numbers for ${count} channel${count === 1 ? '' : 's'}.`,
      subject: at(key),
      next: 'Give one number per channel, or one for all.',
    });
  };
  if (inferred.guess && !partly && (bands === undefined || count === 3)) guesses.push(inferred.guess);
  // What is usual for colours says nothing of other bands.
  const known = partly || (bands !== undefined && count !== 3);
  if (known && !partly) guesses.push('input: pixel / 255, because nothing says how its bands are normalised');
  const base = known ? { scale: 255, mean: [0], std: [1] } : inferred.value;
  const value = (key: 'mean' | 'std') =>
    known && fields[key] === undefined ? Array(count).fill(base[key][0]) : perChannel(key);
  return {
    size: [size[0]!, size[1]!],
    resize: fields.resize ?? inferred.value.resize,
    cropFraction: fields.cropFraction ?? inferred.value.cropFraction,
    fill: fields.fill ?? inferred.value.fill ?? 114,
    antialias: fields.antialias ?? true,
    interpolation: fields.interpolation ?? inferred.value.interpolation ?? 'bilinear',
    channels,
    ...(bands && { bands }),
    ...((fields.show ?? bands) && { show: shownOf(fields.show, bands, at('show')) }),
    layout: shape.layout,
    scale: fields.scale ?? base.scale,
    mean: value('mean'),
    std: value('std'),
  };
}
