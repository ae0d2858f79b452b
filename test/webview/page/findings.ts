import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { onePlace } from '../../onePlace.ts';

const image = '/workspace/examples/chest-xray/RG1.png';
const file = '/workspace/a.json';

/** What Check Labels might say of the scene's first image. */
export const FINDINGS: readonly Finding[] = [
  onePlace({
    key: 'a',
    kind: 'doubtful',
    image,
    index: 2,
    label: 'Effusion',
    score: 0.81,
    message: 'Effusion is annotated, but the model gives it 0.34, below 81 % of the images without it.',
    file,
    line: 12,
    annotationId: '7',
    verdict: null,
  }),
  onePlace({
    key: 'b',
    kind: 'elsewhere',
    image,
    index: 5,
    label: 'Nodule',
    score: 0.62,
    message: 'The box holds 4 % of the evidence for Nodule, which lies elsewhere.',
    file,
    line: 17,
    annotationId: '9',
    verdict: null,
  }),
];
