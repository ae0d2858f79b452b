import { expect, test } from 'vitest';
import type { CheckResult } from '../../../src/explainers/contracts/results.ts';
import { checkedFrom, checkedSoFar } from '../../../src/extension/findings/checked.ts';
import { type SetFact, setFacts } from '../../../src/extension/findings/setFacts.ts';

const target = { path: '/data', kind: 'folder' } as const;
const image = (name: string, labels: readonly string[], split: string | null = null) => ({
  image: `/data/${name}`,
  labels,
  split,
});
const result: CheckResult = {
  findings: [],
  images: 6,
  resumed: 0,
  skipped: [],
  alike: [
    {
      equal: true,
      images: [image('train/a.png', ['cat'], 'train'), image('val/b.png', ['dog'], 'val')],
      labelsDiffer: true,
      splitsDiffer: true,
    },
    {
      equal: false,
      images: [image('c.png', []), image('d.png', []), image('e.png', [])],
      labelsDiffer: false,
      splitsDiffer: false,
    },
  ],
  summary: {
    classes: [
      { index: 0, label: 'cat', labelled: 3, predicted: 2, agreed: 2, meanScore: 0.75 },
      { index: 1, label: 'cow', labelled: 0, predicted: 0, agreed: 0, meanScore: null },
      { index: 2, label: 'dog', labelled: 0, predicted: 4, agreed: 0, meanScore: null },
    ],
    confused: [{ label: 'cat', instead: 'dog', images: 1 }],
    unfit: [{ image: '/data/e.png', fit: 0.125 }],
  },
  problems: [],
  definitions: {} as CheckResult['definitions'],
  notes: [],
  modelSha256: 'abc',
  settings: {},
};
const lines = ({ title, description, facts }: SetFact): unknown[] => [title, description, ...facts.map(lines)];

test('duplicates, classes, confused pairs and images that fit no class are listed, each with what a click shows', () => {
  const facts = setFacts(checkedFrom(target, '/m.onnx', result));
  expect(facts.map(lines)).toEqual([
    [
      'Duplicate images',
      '2',
      [
        'a.png and b.png',
        'different labels · in train and val · equal',
        ['a.png', 'cat · train'],
        ['b.png', 'dog · val'],
      ],
      ['c.png and 2 more', 'nearly equal', ['c.png', 'no label'], ['d.png', 'no label'], ['e.png', 'no label']],
    ],
    ['Classes', '2', ['cat', '3 labelled · 2 predicted · 2 both'], ['dog', '0 labelled · 4 predicted · 0 both']],
    ['Confused classes', '1', ['cat → dog', '1 image']],
    ['Images that fit no class', '1', ['e.png', '0.13']],
  ]);
  const [alike, classes, confused, unfit] = facts;
  expect(alike!.facts[0]!.facts.map((each) => each.image)).toEqual(['/data/train/a.png', '/data/val/b.png']);
  expect([classes, confused].map((each) => each!.facts[0])).toMatchObject([
    { by: 'class', name: 'cat' },
    { by: 'class', name: 'cat' },
  ]);
  expect(unfit!.facts[0]!.image).toBe('/data/e.png');
  const ids = (all: readonly SetFact[]): string[] => all.flatMap(({ id, facts: own }) => [id, ...ids(own)]);
  expect(new Set(ids(facts)).size).toBe(ids(facts).length);
});

test('a check that was stopped says nothing about the set, nor does one without duplicates about them', () => {
  expect(setFacts(checkedSoFar(target, '/m.onnx', []))).toEqual([]);
  expect(setFacts(null)).toEqual([]);
  const { summary } = result;
  const plain = { ...result, alike: [], summary: { ...summary, confused: [], unfit: [] } };
  expect(setFacts(checkedFrom(target, '/m.onnx', plain)).map(({ title }) => title)).toEqual(['Classes']);
});
