import type { Call } from '../contracts/call.ts';
import type { Preprocessing } from '../contracts/card.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { ExplainRequest, Heatmap } from '../contracts/results.ts';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { errorText } from '../errorText.ts';
import type { ExplainContext, ExplanationMap, Method } from '../method/method.ts';
import { resolveParameters } from '../method/parameterValues.ts';
import { methods } from '../methods/methods.ts';
import { didYouMean } from '../suggest.ts';
import { own } from '../tables.ts';
import { finiteFigures, logitNotes, notFinite } from './finite.ts';
import { knownScores, mapNotes } from './labels/modelScores.ts';
import { newMapId } from './maps/mapId.ts';
import { comparedWithItself } from './models/contrastedModel.ts';
import type { OpenModel } from './models/openModels.ts';
import { patientCompile } from './models/patientCompile.ts';
import type { OpenImage, OpenImages } from './openImages.ts';
import { whyNot } from './whyNot.ts';

/** The maps of the classes for which a method has one, and why it has none for the others. */
export interface Explained {
  readonly maps: readonly Heatmap[];
  readonly failures: readonly { readonly index: number; readonly error: ExplainError }[];
}

/** The maps. @throws where one of the classes has none */
export function allMaps({ maps, failures }: Explained): readonly Heatmap[] {
  if (failures.length > 0) throw failures[0]!.error;
  return maps;
}

/** Runs one method for some classes. Maps that are not finite are errors. */
export async function explainClasses(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  request: ExplainRequest,
  call: Call,
): Promise<Explained> {
  const { method, parameters } = resolveRun(open, request);
  const same = request.classes.flatMap((index) => {
    const error = comparedWithItself(index, open);
    return error ? [{ index, error }] : [];
  });
  const classes = request.classes.filter((index) => !same.some((each) => each.index === index));
  if (classes.length === 0) return { maps: [], failures: same };
  const { card } = open;
  open.checkMemory();
  const { input, geometry } = images.prepare(image, card.input);
  const message = `${method.title} of ${classes.length === 1 ? card.labels[classes[0]!] : `${classes.length} classes`}`;
  const notes = await mapNotes(open);
  const start = performance.now();
  const heatmap = (map: ExplanationMap): Heatmap => ({
    id: newMapId(),
    method: method.id,
    index: map.target,
    label: card.labels[map.target]!,
    ...(open.against && { against: open.against }),
    size: card.input.size,
    ...summed(map),
    signed: map.signed ?? method.signed,
    ...(map.superpixels && { superpixels: map.superpixels }),
    geometry,
    parameters,
    ...told(map, notes),
    milliseconds: performance.now() - start,
  });
  let reached = 1;
  const progress = (fraction: number | null, partial?: readonly ExplanationMap[]) => {
    reached = fraction ?? reached;
    call.onProgress?.({ stage: 'explain', message, fraction, ...(partial && { maps: partial.map(heatmap) }) });
  };
  progress(null);
  const context = explainContext(open, { ...request, classes }, input, call);
  const maps = await method.explain(
    {
      ...context,
      ...(call.stop && { stop: call.stop }),
      segments: (text) => images.segments(image, card, text),
      progress,
    },
    parameters,
  );
  throwIfCancelled(call.signal);
  const stoppedAt = call.stop?.aborted && reached < 1 ? { stoppedAt: reached } : {};
  const { logits } = await knownScores(open, input, call.signal);
  // A device may have been lost meanwhile.
  const since = (await mapNotes(open)).filter((note) => !notes.includes(note));
  const wrong = maps.map((map) => notFinite(map, method, card.labels[map.target]!, logits[map.target]!));
  return {
    maps: maps.flatMap((map, i) => {
      if (wrong[i]) return [];
      const whole = heatmap(map);
      const all = [...logitNotes(logits[map.target]!), ...whole.notes, ...since];
      return [{ ...whole, notes: all.map(errorText), ...stoppedAt }];
    }),
    failures: [...same, ...wrong.flatMap((error, i) => (error ? [{ index: maps[i]!.target, error }] : []))],
  };
}

/** A map's notes, followed by the `model`'s; its figures, of which none is NaN. */
function told(map: ExplanationMap, model: readonly string[]): Pick<Heatmap, 'notes' | 'figures'> {
  const { figures, notes } = finiteFigures(map.figures);
  return { notes: [...map.notes, ...notes, ...model].map(errorText), figures };
}

/** Whether a map is what this method computes with these parameters, completely, for this class. */
export const isMapOf = (map: Heatmap, method: string, index: number, parameters: Heatmap['parameters']): boolean =>
  map.method === method &&
  map.index === index &&
  map.stoppedAt === undefined &&
  Object.entries(parameters).every(([key, value]) => own(map.parameters, key) === value);

/** The context of an image's run for a method; superpixels are computed from `input`, and progress is not reported. */
export function explainContext(
  open: OpenModel,
  request: Pick<ExplainRequest, 'classes' | 'seed'>,
  input: ExplainContext['input'],
  call: Call,
): ExplainContext {
  const { card, model, engine, compiled } = open;
  const batchMemory = open.batchMemory();
  return {
    model,
    engine,
    input,
    pixelRange: { low: pixelValues(card.input, 0), high: pixelValues(card.input, 255) },
    targets: request.classes,
    seed: request.seed ?? 0,
    signal: call.signal ?? new AbortController().signal,
    ...(batchMemory !== undefined && { batchMemory }),
    channels: card.input.channels,
    compiled: patientCompile(compiled, call, 'explain'),
    progress: () => {},
  };
}

/**
 * The method and the parameters of a request: the method's defaults, overridden by the card's, overridden by the
 * request's.
 * @throws ExplainError `usage`; `unsupported` if this model cannot be explained like that
 */
export function resolveRun(
  open: OpenModel,
  request: Omit<ExplainRequest, 'image'>,
): { readonly method: Method; readonly parameters: AnyParameters } {
  const method = methods.get(request.method);
  if (!method) throw unknownMethod(request.method);
  const parameters = resolveParameters(method, own(open.card.explain, method.id) ?? {}, request.parameters ?? {});
  const wrong = request.classes.find((index) => !Number.isInteger(index) || index < 0 || index >= open.model.classes);
  if (wrong !== undefined) {
    throw new ExplainError({
      kind: 'usage',
      message: `There is no class ${wrong}: the model has ${open.model.classes}, 0 to ${open.model.classes - 1}.`,
      subject: 'class',
      next: "The model's description lists its classes.",
    });
  }
  if (open.against && method.classless) throw classless(method);
  const problem = whyNot(method, open.model, parameters);
  if (problem) throw new ExplainError(problem);
  return { method, parameters };
}

const classless = ({ id, title }: Method) =>
  new ExplainError({
    kind: 'unsupported',
    message: `${title} gives every class the same map, so no class can be compared with another.`,
    subject: id,
    next: 'Use another method, or explain the class without a comparison.',
  });

function unknownMethod(id: string): ExplainError {
  const known = [...methods.keys()];
  return new ExplainError({
    kind: 'usage',
    message: `There is no method '${id}'.${didYouMean(id, known)}`,
    subject: 'method',
    next: `Methods: ${known.join(', ')}.`,
  });
}

/** The value of a grey pixel in each channel. */
function pixelValues({ mean, std, scale }: Preprocessing, pixel: number): readonly number[] {
  return mean.map((each, channel) => (pixel / scale - each) / std[channel]!);
}

/** [c, h, w] of pixel methods, summed over the channels for display and files. */
export function summed({ values }: ExplanationMap): Pick<Heatmap, 'values' | 'channels'> {
  // A view of many classes' results would be sent and kept completely.
  const own = (data: Float32Array) => (data.byteLength === data.buffer.byteLength ? data : data.slice());
  if (values.shape.length === 2) return { values: own(values.data) };
  const [channels, height, width] = values.shape as [number, number, number];
  const size = height * width;
  const sum = new Float32Array(size);
  for (let c = 0; c < channels; c++) for (let i = 0; i < size; i++) sum[i]! += values.data[c * size + i]!;
  return { values: sum, channels: own(values.data) };
}
