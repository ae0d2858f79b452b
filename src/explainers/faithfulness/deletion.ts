import { defineAssessment } from './assessment.ts';
import { curveParameters, pixelCurves } from './pixelCurve.ts';

export const deletion = defineAssessment({
  id: 'deletion',
  title: 'Deletion',
  summary: 'How fast the class’s score falls when pixels are removed, those that the map ranks highest first.',
  caution:
    'The model never saw images with holes: the score may fall for that reason alone, and scattered pixels make it fall faster than a patch does, so that a random order can look faithful. Not comparable between step widths, baselines, or images.',
  formula: '(Σ_i s_i − (s_0 + s_n) / 2) / n, s_i the class’s score after i of n steps',
  cite: 'Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC 2018',
  better: 'down',
  range: [0, 1],
  group: 'faithfulness',
  curve: { fraction: 'pixels removed', score: 'score' },
  parameters: curveParameters('zero'),
  compute: (context, parameters) => pixelCurves(context, { id: 'deletion', from: 'image' }, parameters),
});
