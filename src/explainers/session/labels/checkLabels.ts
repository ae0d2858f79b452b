import path from 'node:path';
import type { AnnotationStore } from '../../annotations/store.ts';
import type { Call } from '../../contracts/call.ts';
import type { Geometry } from '../../contracts/geometry.ts';
import type { AnyParameters } from '../../contracts/parameters.ts';
import type { CheckRequest, CheckResult } from '../../contracts/results.ts';
import { ExplainError, throwIfCancelled } from '../../errors.ts';
import { isUnnamedDicom } from '../../files/unnamedDicom.ts';
import { AnnotationFiles } from '../../labelCheck/annotationFiles.ts';
import { type CheckTools, checkLabels } from '../../labelCheck/check.ts';
import { toCells } from '../../labelCheck/evidence.ts';
import { lookOf } from '../../labelCheck/look.ts';
import type { Observation } from '../../labelCheck/observation.ts';
import { Predictions } from '../../labelCheck/predictions/predictions.ts';
import { greatest, mapped } from '../../lists.ts';
import { chooseLayer, chosenLayer } from '../../method/layers.ts';
import { resolveParameters } from '../../method/parameterValues.ts';
import { methods } from '../../methods/methods.ts';
import { own } from '../../tables.ts';
import { allMaps, explainClasses, resolveRun } from '../explainImage.ts';
import { boundModel } from '../models/boundInputs.ts';
import type { OpenModel } from '../models/openModels.ts';
import { OpenImages } from '../openImages.ts';
import { predictImage } from '../predictImage.ts';
import { whyNot } from '../whyNot.ts';
import { inLanes } from './inLanes.ts';
import { mapNotes } from './modelScores.ts';
import { readPredictions } from './readPredictions.ts';

/** Windows per axis of the fallback: as many as a typical last layer has places. */
const WINDOWS = 7;

/**
 * Checks labels with an open model, or with predictions made elsewhere; its images are decoded separately from those
 * that the panel shows.
 */
export async function checkWith(
  open: OpenModel | null,
  store: AnnotationStore,
  request: CheckRequest,
  call: Call,
): Promise<CheckResult> {
  const files = await AnnotationFiles.open(store, request.sources ?? null, call.signal);
  throwIfCancelled(call.signal);
  const images = new OpenImages();
  try {
    const made = open ? await modelTools(open, images, files.draws, request, call) : null;
    const given = request.predictions ? await predictionTools(request.predictions, open, files, images, made) : null;
    const tools = given ?? made;
    if (!tools)
      throw new ExplainError({
        kind: 'usage',
        message: 'There is neither a model nor predictions to check the labels with.',
        next: 'Name a model card, or a file of predictions.',
      });
    const { problems = [], ...rest } = tools;
    const result = await checkLabels(request, { ...rest, files }, call);
    return { ...result, problems: [...problems, ...result.problems] };
  } finally {
    images.dispose();
  }
}

type Tools = Omit<CheckTools, 'files'> & { readonly problems?: readonly string[] };

/** Images from which on lanes pay off: their threads take a tenth of a second to set up. */
const MANY = 32;

async function modelTools(
  open: OpenModel,
  images: OpenImages,
  draws: boolean,
  request: CheckRequest,
  call: Call,
): Promise<Tools> {
  const { card } = open;
  const modelSha256 = await open.sha256();
  const { method, parameters, ...evidence } = evidenceOf(open);
  const notes = [...evidence.notes, ...(await mapNotes(open))];
  const seed = request.seed ?? 0;
  const given = request.inputs && { inputs: request.inputs };
  const inner: Call = call.signal ? { signal: call.signal } : {};
  // A map shares the forward pass of its scores.
  const lanes = (draws && method !== null) || request.oneByOne ? null : inLanes(open);
  let seen = 0;
  return {
    card,
    modelSha256,
    evidence: {
      method,
      notes,
      key: JSON.stringify({ version: 2, input: card.input, logits: open.logits, activation: open.activation, method, parameters, seed }), // biome-ignore format: one line
    },
    ...(lanes && { atOnce: lanes.lanes + 1 }),
    inputsKey: async (image) => (await boundModel(open, { image, ...given })).inputsKey ?? '',
    observe: async (image, mapsOf) => {
      const opened = await images.open(image, inner.signal);
      const bound = await boundModel(++seen > MANY && lanes ? lanes.model : open, { image, ...given });
      const { scores, geometry } = await predictImage(bound, opened, images, inner);
      const values = mapped(Float32Array, scores, ({ score }) => score);
      const classes = mapsOf(values, opened.image.ids);
      const run = { image, model: card.path ?? card.model, method: method ?? '', parameters, classes, seed };
      const maps = method && classes.length > 0 ? allMaps(await explainClasses(bound, opened, images, run, inner)) : [];
      return {
        ids: opened.image.ids,
        geometry,
        scores: values,
        maps: new Map(maps.map((map) => [map.index, toCells(map.values, map.size)])),
        look: lookOf(opened.source, opened.image),
      };
    },
  };
}

/** The scores are those of the file; the evidence is the model's, if there is one. */
async function predictionTools(
  file: string,
  open: OpenModel | null,
  files: AnnotationFiles,
  images: OpenImages,
  model: Tools | null,
): Promise<Tools> {
  const mentioned = [...new Set([...files.mentioned.values()].flat())];
  const { table, sha256 } = await readPredictions(file, open?.card.labels ?? null);
  const predictions = new Predictions(table, open?.card ?? null, mentioned);
  const { labels, task, problems } = predictions;
  const thresholds = open?.card.thresholds ?? labels.map(() => 0.5);
  const source = `Scores are the predictions in ${path.basename(file)}.`;
  const observe: Tools['observe'] = async (image, mapsOf) => {
    const made = model
      ? await model.observe(image, (_, ids) => mapsOf(predictions.of(image, ids), ids))
      : await measured(image, images, files.draws);
    return { ...made, scores: predictions.of(image, made.ids) };
  };
  return {
    card: { labels, aliases: open?.card.aliases ?? {}, task, thresholds },
    modelSha256: model?.modelSha256 ?? sha256,
    evidence: model
      ? { ...model.evidence, key: `${model.evidence.key} ${sha256}`, notes: [source, ...model.evidence.notes] }
      : { method: null, key: `predictions ${sha256} ${files.draws}`, notes: [source, NO_EVIDENCE] },
    inputsKey: model?.inputsKey ?? (async () => ''),
    observe,
    ...(model?.atOnce !== undefined && { atOnce: model.atOnce }),
    problems,
  };
}

const NO_EVIDENCE = 'No evidence is computed, because there is no model.';
/** For labels of whole images, the size is not needed. */
const UNKNOWN_SIZE: Geometry = { image: [1, 1], input: [1, 1], scale: [1, 1], offset: [0, 0] };

/** An image without a model: its size and its ids, which only regions and DICOM files need. */
async function measured(image: string, images: OpenImages, draws: boolean): Promise<Observation> {
  const nothing = { ids: [], geometry: UNKNOWN_SIZE, scores: new Float32Array(), maps: new Map() };
  if (!draws && !/\.(?:dcm|dicom)$/i.test(image) && !(await isUnnamedDicom(image))) return nothing;
  const opened = await images.open(image);
  const { ids, size } = opened.image;
  return {
    ...nothing,
    ids,
    look: lookOf(opened.source, opened.image),
    geometry: { image: size, input: size, scale: [1, 1], offset: [0, 0] },
  };
}

interface Evidence {
  readonly method: string | null;
  readonly parameters: AnyParameters;
  readonly notes: readonly string[];
}

/** The fastest faithful explainer that the model allows, with the card's parameters. */
function evidenceOf(open: OpenModel): Evidence {
  const { card, model } = open;
  const gradCam = methods.get('gradCam')!;
  const obstacle = whyNot(gradCam, model, resolveParameters(gradCam, own(card.explain, gradCam.id) ?? {}));
  if (!obstacle) {
    const { parameters } = resolveRun(open, { model: card.model, method: 'gradCam', classes: [] });
    const { note } = chooseLayer(model.layers, chosenLayer(gradCam, parameters)!);
    return { method: 'gradCam', parameters, notes: [`Evidence is computed by Grad-CAM. ${note}`] };
  }
  const side = Math.max(1, Math.ceil(greatest(card.input.size) / WINDOWS));
  const asked = { model: card.model, method: 'occlusion', parameters: { window: side, stride: side }, classes: [] };
  const { parameters } = resolveRun(open, asked);
  const why = `Grad-CAM cannot run: ${obstacle.message}`;
  return {
    method: 'occlusion',
    parameters,
    notes: [`Evidence is computed by occlusion with ${WINDOWS} × ${WINDOWS} windows, because ${why}`],
  };
}
