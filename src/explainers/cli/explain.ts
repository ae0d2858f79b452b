import { EXPLAIN_FLAGS } from './flags/explainFlags.ts';
import { explainImages } from './run/explainImages.ts';
import { defineVerb } from './verb.ts';

export const explain = defineVerb({
  name: 'explain',
  usage: 'IMAGE… [--model CARD] [--out DIR]',
  about: 'Makes heatmaps that show which pixels support a class: .npy, overlays as .png, a manifest.',
  flags: EXPLAIN_FLAGS,
  run: (args, terminal) => explainImages('explain', args, terminal),
});
