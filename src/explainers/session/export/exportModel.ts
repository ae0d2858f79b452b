import path from 'node:path';
import { parse } from 'jsonc-parser';
import type { Call } from '../../contracts/call.ts';
import type { ExportedFile, ExportedMap, ExportRequest } from '../../contracts/exported.ts';
import { ExplainError, errorReport, throwIfCancelled } from '../../errors.ts';
import { diskError } from '../../files/diskError.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { writeWhole } from '../../files/writeWhole.ts';
import type { Graph } from '../../graph/graph.ts';
import { writeOnnx } from '../../importers/onnx/write.ts';
import type { ExplanationMap, GraphPlace } from '../../method/method.ts';
import { methods } from '../../methods/methods.ts';
import { cardText } from '../../models/card/writeCard.ts';
import { explainContext, resolveRun, summed } from '../explainImage.ts';
import { withFeeds } from '../models/fedEngine.ts';
import type { OpenModel } from '../models/openModels.ts';
import { nudgedImage, testImage } from '../testImage.ts';
import { explanationGraph, type PlannedMethod } from './explanationGraph.ts';
import { differencesOf, largestDifference } from './mapDifference.ts';

/** A map may differ by this share of its largest value, … */
const TOLERANCE = 1e-4;
/** … or by so many times what the method itself changes if each pixel is rounded differently. */
const NOISE = 3;

/**
 * Writes a model and explainers as one ONNX file, once its maps of a test image are those of the methods themselves.
 * @throws ExplainError `usage`, `unsupported` for a method that is more than a graph, `engine` if the numbers differ
 */
export async function exportModel(unbound: OpenModel, request: ExportRequest, call: Call): Promise<ExportedFile> {
  // The numbers are compared with some values; the file takes any.
  const open = { ...unbound, ...withFeeds(unbound, unbound.standIns) };
  const planned = request.methods.map(({ id, parameters = {} }) =>
    asGraph(resolveRun(open, { model: request.model, method: id, parameters, classes: request.classes })),
  );
  refuseSource(open, request.out);
  const { graph, maps } = await agreeing(open, planned, request, call);
  const metadata = new Map([...graph.metadata, ...metadataOf(open, planned, request)]);
  const bytes = writeOnnx({ ...graph, metadata });
  throwIfCancelled(call.signal);
  try {
    await makeFolder(path.dirname(request.out));
    await writeWhole(request.out, bytes);
  } catch (thrown) {
    throw diskError(thrown, request.out, 'The model', 'choose another file with --out');
  }
  const value = (name: string) => ({ name, shape: graph.types.get(name)!.shape ?? [] });
  return {
    file: request.out,
    bytes: bytes.byteLength,
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    maps,
    notes: notesOf(open),
  };
}

function asGraph(run: PlannedMethod): PlannedMethod {
  if (run.method.asGraph) return run;
  const able = [...methods.values()].filter((method) => method.asGraph).map(({ id }) => id);
  throw new ExplainError({
    kind: 'unsupported',
    message: `${run.method.title} cannot be written as a graph, because parts of it are computed outside the model.`,
    subject: run.method.id,
    next: `Methods that can: ${able.join(', ')}.`,
  });
}

function refuseSource({ card, files }: OpenModel, out: string): void {
  if (out !== card.model && !files.paths.includes(out)) return;
  throw new ExplainError({
    kind: 'usage',
    message: 'The explanation cannot replace the model that it is made from.',
    subject: out,
    next: 'Choose another file with --out.',
  });
}

/** The graph whose maps are those of the methods; images one by one if several at once give other numbers. */
async function agreeing(open: OpenModel, planned: readonly PlannedMethod[], request: ExportRequest, call: Call) {
  const { classes } = open.model;
  const asked = request.classes.length > 0 ? request.classes.slice(0, 2) : [0, classes - 1];
  const run = { classes: [...new Set(asked)], seed: request.seed ?? 0 };
  const context = explainContext(open, run, testImage(open.model), call);
  const own: (readonly ExplanationMap[])[] = [];
  for (const { method, parameters } of planned) {
    call.onProgress?.({ stage: 'explain', message: `${method.title} of a test image`, fraction: null });
    own.push(await method.explain(context, parameters as never));
    throwIfCancelled(call.signal);
  }
  const noises = new Map<number, number>();
  const noiseOf = async (i: number) => {
    const { method, parameters } = planned[i]!;
    const nudged = () => method.explain({ ...context, input: nudgedImage(context.input) }, parameters as never);
    const noise =
      noises.get(i) ??
      largestDifference(
        own[i]!,
        (await nudged()).map((map) => summed(map).values),
      );
    noises.set(i, noise);
    return noise;
  };
  const { model, pixelRange, seed, channels } = context;
  const place: GraphPlace = { model, pixelRange, seed, ...(channels && { channels }) };
  const attempt = async (batch: { readonly batch?: number }): Promise<{ graph: Graph; maps: ExportedMap[] }> => {
    const graph = explanationGraph({ ...place, ...batch }, planned);
    call.onProgress?.({ stage: 'explain', message: 'Comparing the graph with the methods', fraction: null });
    const differences = await differencesOf(open.engine, graph, context, own);
    const maps = planned.map(({ method, parameters }, i) => ({
      method: method.id,
      parameters,
      signed: own[i]![0]!.signed ?? method.signed,
      difference: differences[i]!,
    }));
    for (const [i, map] of maps.entries()) {
      if (!(map.difference <= TOLERANCE || map.difference <= NOISE * (await noiseOf(i)))) throw differs(map);
    }
    return { graph, maps };
  };
  try {
    return await attempt({});
  } catch (thrown) {
    // As in the methods themselves: whatever the obstacle to a batch, one image at a time may work.
    if (errorReport(thrown).kind === 'cancelled') throw thrown;
    return await attempt({ batch: 1 });
  }
}

const differs = ({ method, difference }: ExportedMap) =>
  new ExplainError({
    kind: 'engine',
    message: `The graph of ${method} gives other numbers than the method itself on a test image (${difference.toExponential(1)} of the largest value).`,
    subject: method,
    next: 'Leave this method out. Please report it with the model.',
  });

/** What a reader of the file needs: which output is which, the parameters, and how an image is prepared. */
function metadataOf(
  { card }: OpenModel,
  planned: readonly PlannedMethod[],
  { classes, seed = 0 }: ExportRequest,
): readonly (readonly [string, string])[] {
  const maps = planned.map(({ method, parameters }) => ({ output: method.id, title: method.title, parameters }));
  return [
    ['saliencyLens.maps', JSON.stringify(maps)],
    ['saliencyLens.seed', String(seed)],
    ['saliencyLens.classes', JSON.stringify(classes.map((index) => ({ index, label: card.labels[index] })))],
    ['saliencyLens.card', JSON.stringify(parse(cardText({ ...card, model: path.basename(card.model) })))],
  ];
}

const notesOf = ({ asIs, computesIn, notes }: OpenModel): readonly string[] => [
  ...notes,
  ...(asIs ? [`The file computes in float32${computesIn ? `, the model itself in ${computesIn}` : ''}.`] : []),
];
