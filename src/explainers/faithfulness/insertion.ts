import { defineAssessment } from './assessment.ts';
import { curveParameters, pixelCurves } from './pixelCurve.ts';

export const insertion = defineAssessment({
  id: 'insertion',
  title: 'Insertion',
  summary:
    'How fast the class’s score rises when pixels are inserted into a blurred image, those that the map ranks highest first.',
  caution:
    'A blurred image may still show the class, and then every order scores well. Not comparable between step widths, baselines, or images.',
  formula: '(Σ_i s_i − (s_0 + s_n) / 2) / n, s_i the class’s score after i of n steps',
  cite: 'Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC 2018',
  better: 'up',
  range: [0, 1],
  group: 'faithfulness',
  curve: { fraction: 'pixels inserted', score: 'score' },
  parameters: curveParameters('gaussian'),
  compute: (context, parameters) => pixelCurves(context, { id: 'insertion', from: 'baseline' }, parameters),
});
