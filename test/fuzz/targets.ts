import { annotations } from './annotations.ts';
import { cards } from './cards.ts';
import { containers } from './containers.ts';
import { images } from './images.ts';
import { kerasModels } from './kerasModels.ts';
import { labels } from './labels.ts';
import { models } from './models.ts';
import { otherModels } from './otherModels.ts';
import { predictions } from './predictions.ts';
import type { Target } from './target.ts';

/** Every kind of input that is damaged. */
export const targets: readonly Target[] = [
  models,
  kerasModels,
  otherModels,
  images,
  annotations,
  cards,
  labels,
  containers,
  predictions,
];
