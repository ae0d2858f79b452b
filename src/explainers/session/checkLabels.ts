import type { AnnotationStore } from '../annotations/store.ts';
import type { Call } from '../contracts/call.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { CheckRequest, CheckResult } from '../contracts/results.ts';
import { throwIfCancelled } from '../errors.ts';
import { AnnotationFiles } from '../labelCheck/annotationFiles.ts';
import { type CheckTools, checkLabels } from '../labelCheck/check.ts';
import { toCells } from '../labelCheck/evidence.ts';
import { greatest, mapped } from '../lists.ts';
import { chooseLayer, chosenLayer } from '../method/layers.ts';
import { resolveParameters } from '../method/parameterValues.ts';
import { methods } from '../methods/methods.ts';
import { own } from '../tables.ts';
import { allMaps, explainClasses, resolveRun } from './explainImage.ts';
import { mapNotes } from './modelScores.ts';
import { boundModel } from './models/boundInputs.ts';
import type { OpenModel } from './models/openModels.ts';
import { OpenImages } from './openImages.ts';
import { predictImage } from './predictImage.ts';
import { whyNot } from './whyNot.ts';

/** Windows per axis of the fallback: as many as a typical last layer has places. */
const WINDOWS = 7;

/** Checks labels with an open model; its images are decoded separately from those that the panel shows. */
export async function checkWith(
  open: OpenModel,
  store: AnnotationStore,
  request: CheckRequest,
  call: Call,
): Promise<CheckResult> {
  const { card } = open;
  const files = await AnnotationFiles.open(store, request.sources ?? null, call.signal);
  const modelSha256 = await open.sha256();
  throwIfCancelled(call.signal);
  const images = new OpenImages();
  const { method, parameters, ...evidence } = evidenceOf(open);
  const notes = [...evidence.notes, ...(await mapNotes(open))];
  const seed = request.seed ?? 0;
  const given = request.inputs && { inputs: request.inputs };
  const inner: Call = call.signal ? { signal: call.signal } : {};
  const tools: CheckTools = {
    card,
    modelSha256,
    evidence: {
      method,
      notes,
      key: JSON.stringify({ version: 1, input: card.input, logits: open.logits, activation: open.activation, method, parameters, seed }), // biome-ignore format: one line
    },
    files,
    inputsKey: async (image) => (await boundModel(open, { image, ...given })).inputsKey ?? '',
    observe: async (image, mapsOf) => {
      const opened = await images.open(image, inner.signal);
      const bound = await boundModel(open, { image, ...given });
      const { scores, geometry } = await predictImage(bound, opened, images, inner);
      const values = mapped(Float32Array, scores, ({ score }) => score);
      const classes = mapsOf(values);
      const run = { image, model: request.model, method: method ?? '', parameters, classes, seed };
      const maps = method && classes.length > 0 ? allMaps(await explainClasses(bound, opened, images, run, inner)) : [];
      return {
        ids: opened.image.ids,
        geometry,
        scores: values,
        maps: new Map(maps.map((map) => [map.index, toCells(map.values, map.size)])),
      };
    },
  };
  try {
    return await checkLabels(request, tools, call);
  } finally {
    images.dispose();
  }
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
