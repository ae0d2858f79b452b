import type { LoadedModel } from '../models/loadModel.ts';
import type { ClassScore, Prediction } from '../results.ts';
import type { Call } from '../session.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import type { OpenImage, OpenImages } from './openImages.ts';
import type { OpenModel } from './openModels.ts';

/** Runs the model on the image. */
export async function predictImage(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  call: Call,
): Promise<Prediction> {
  const { model, card } = open;
  call.onProgress?.({ stage: 'predict', message: 'Computing the scores', fraction: null });
  const { input, geometry } = images.prepare(image, card.input);
  const forward = await open.compiled('forward', () => model.graph);
  const results = await forward.run(new Map([[model.input, input]]), { signal: call.signal });
  const logits = (results.get(model.logits) as TensorOf<'float32'>).data;
  const scores = (results.get(model.scores) as TensorOf<'float32'>).data;
  return { image: image.source.path, scores: classScores(open, logits, scores), geometry, notes: image.image.notes };
}

function classScores({ card }: LoadedModel, logits: Float32Array, scores: Float32Array): readonly ClassScore[] {
  const best = scores.indexOf(scores.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY));
  return card.labels.map((label, index) => {
    const threshold = card.thresholds[index]!;
    const score = scores[index]!;
    return {
      index,
      label,
      logit: logits[index]!,
      score,
      threshold,
      predicted: card.task === 'multi-label' ? score >= threshold : index === best,
    };
  });
}
