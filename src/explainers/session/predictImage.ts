import type { Call } from '../contracts/call.ts';
import type { ClassScore, Prediction } from '../contracts/results.ts';
import { errorText } from '../errorText.ts';
import type { LoadedModel } from '../models/loadModel.ts';
import { modelScores } from './labels/modelScores.ts';
import type { OpenModel } from './models/openModels.ts';
import { patientCompile } from './models/patientCompile.ts';
import type { OpenImage, OpenImages } from './openImages.ts';
import { scoreNotes } from './scoreNotes.ts';

/** Runs the model on the image. */
export async function predictImage(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  call: Call,
): Promise<Prediction> {
  call.onProgress?.({ stage: 'predict', message: 'Computing the scores', fraction: null });
  open.checkMemory();
  const { input, geometry } = images.prepare(image, open.card.input);
  const patient = { ...open, compiled: patientCompile(open.compiled, call, 'predict') };
  const { logits, scores, notes } = await modelScores(patient, input, call.signal);
  return {
    image: image.source.path,
    scores: classScores(open, logits, scores),
    geometry,
    notes: [...image.image.notes, ...inputNotes(open), ...notes, ...scoreNotes(open, logits)].map(errorText),
    ...(open.inputValues && { inputs: open.inputValues }),
  };
}

/** What happened to the values of further inputs on the way in. */
const inputNotes = ({ inputValues = [] }: OpenModel): readonly string[] =>
  inputValues.flatMap(({ name, note }) => (note === undefined ? [] : [`Input '${name}': ${note}.`]));

function classScores({ card }: LoadedModel, logits: Float32Array, scores: Float32Array): readonly ClassScore[] {
  const best = scores.indexOf(scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY));
  // With a single class there is no choice.
  const byThreshold = card.task === 'multi-label' || card.labels.length === 1;
  return card.labels.map((label, index) => {
    const threshold = card.thresholds[index]!;
    const score = scores[index]!;
    return {
      index,
      label,
      logit: logits[index]!,
      score,
      threshold,
      predicted: byThreshold ? score >= threshold : index === best,
    };
  });
}
