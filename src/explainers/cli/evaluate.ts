import { EVALUATE_FLAGS } from './flags/evaluateFlags.ts';
import { STUDY_FLAG, withStudy } from './flags/studyFlags.ts';
import { evaluateImages } from './run/evaluateImages.ts';
import { defineVerb } from './verb.ts';

export const evaluate = defineVerb({
  name: 'evaluate',
  usage: '--images GLOB|DIR --out DIR [--model CARD] [--annotations PATH…]',
  about: 'Explains and measures any number of images into Parquet tables; can be resumed and divided.',
  flags: { ...EVALUATE_FLAGS, ...STUDY_FLAG },
  run: (args, terminal) => evaluateImages(withStudy(args), terminal),
});
