import type { Finding, Verdict } from '../../../src/explainers/contracts/results.ts';
import { onePlace } from '../../onePlace.ts';

export const finding = (key: string, change: Partial<Finding> = {}): Finding =>
  onePlace({
    key,
    kind: 'swapped',
    image: '/data/a.png',
    index: 1,
    label: 'cup',
    score: 0.9,
    message: `Something about ${key}.`,
    file: '/data/a.json',
    line: 3,
    annotationId: '7',
    verdict: null,
    ...change,
  });

export const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  time: '2026-01-02T03:04:05.000Z',
  image: 'a.png',
  class: 'cup',
  annotationId: '7',
  finding: 'swapped',
  verdict: 'wrong',
  note: '',
  modelSha256: null,
  settings: {},
  ...change,
});
