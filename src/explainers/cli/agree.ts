import { AGREEMENT_FLAGS } from './flags/agreementFlags.ts';
import { EXPLAIN_FLAGS } from './flags/explainFlags.ts';
import { explainImages } from './run/explainImages.ts';
import { defineVerb } from './verb.ts';

export const agree = defineVerb({
  name: 'agree',
  usage: 'IMAGE… [--model CARD] [--annotations PATH…] [--out DIR]',
  about: 'The same as explain, plus how well the heatmaps agree with annotations.',
  flags: { ...EXPLAIN_FLAGS, ...AGREEMENT_FLAGS },
  run: (args, terminal) => explainImages('agree', args, terminal),
});
