import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { yolo } from '../../src/explainers/annotations/formats/yolo/yolo.ts';
import { text } from '../explainers/annotations/fixture.ts';
import { Draw } from './parts/random.ts';

// Poses and outlines are both a class and shares of the image. Where no YAML file says which, a file is never read as
// the other one in silence: a pose is drawn by its box, an outline by its points, or the row is a problem.

const fixed = (value: number) => Number(value.toFixed(6));
const shapesOf = (lines: readonly (readonly number[])[], yaml?: string) => {
  const beside = new Map([
    ['classes.txt', Buffer.from('cat\n')],
    ...(yaml === undefined ? [] : [['data.yaml', Buffer.from(yaml)] as const]),
  ]);
  const file = yolo.parse({ ...text('a.txt', lines.map((line) => `0 ${line.join(' ')}`).join('\n')), beside });
  return { shapes: file.images[0]!.annotations.map(({ shape }) => shape), problems: file.problems };
};

function boxOf(draw: Draw): [cx: number, cy: number, w: number, h: number] {
  const [w, h] = [draw.uniform(0.02, 0.9), draw.uniform(0.02, 0.9)];
  return [fixed(draw.uniform(w / 2, 1 - w / 2)), fixed(draw.uniform(h / 2, 1 - h / 2)), fixed(w), fixed(h)];
}

/** Key points within the box; some are not seen, and stand at 0, 0. */
function pose(draw: Draw, points: number, values: 2 | 3, seen: () => number): number[] {
  const [cx, cy, w, h] = boxOf(draw);
  const keys = Array.from({ length: points }, () => {
    const hidden = draw.uniform() < 0.05;
    const [x, y] = hidden ? [0, 0] : [cx + w * draw.uniform(-0.5, 0.5), cy + h * draw.uniform(-0.5, 0.5)];
    return values === 2 ? [x, y] : [x, y, hidden ? 0 : seen()];
  });
  return [cx, cy, w, h, ...keys.flat().map(fixed)];
}

/** A simple outline, its points in order around a middle that it can be seen from. */
function outline(draw: Draw, points: number): number[] {
  const radius = draw.uniform(0.02, 0.45);
  const [x, y] = [draw.uniform(radius, 1 - radius), draw.uniform(radius, 1 - radius)];
  const start = draw.uniform(0, 2 * Math.PI);
  return Array.from({ length: points }, (_, i) => {
    const [angle, r] = [start + (2 * Math.PI * i) / points, radius * draw.uniform(0.6, 1)];
    return [fixed(x + r * Math.cos(angle)), fixed(y + r * Math.sin(angle))];
  }).flat();
}

const isBoxOf = (shape: unknown, [cx, cy, w, h]: readonly number[]) =>
  expect(shape).toEqual({
    kind: 'box',
    x: expect.closeTo(cx! - w! / 2, 6),
    y: expect.closeTo(cy! - h! / 2, 6),
    width: expect.closeTo(w!, 6),
    height: expect.closeTo(h!, 6),
  });

describe('a YOLO file of which no YAML file says what its rows are', () => {
  test.each([
    ['pairs', 2, () => 0],
    ['triplets with a visibility', 3, (draw: Draw) => draw.int(0, 2)],
    ['triplets with a confidence', 3, (draw: Draw) => fixed(draw.uniform())],
  ] as const)('poses of %s are drawn by their boxes or not at all', (_, values, seen) => {
    let drawn = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, points, rows) => {
          const draw = new Draw(seed);
          const lines = Array.from({ length: rows }, () => pose(draw, points, values, () => seen(draw)));
          const { shapes, problems } = shapesOf(lines);
          for (const [i, shape] of shapes.entries()) {
            all++;
            if (shape === null) expect(problems.join()).toMatch(/may be an outline, or a box and key points/);
            else isBoxOf(shape, lines[i]!);
            if (shape) drawn++;
          }
        },
      ),
      { numRuns: 1500, seed: 7 },
    );
    expect(drawn / all).toBeGreaterThan(0.8);
  });

  test('outlines are drawn by their points or not at all', () => {
    let drawn = 0;
    let all = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 3, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, points, rows) => {
          const draw = new Draw(seed);
          const lines = Array.from({ length: rows }, (_, i) => outline(draw, i % 2 ? draw.int(3, 60) : points));
          const { shapes, problems } = shapesOf(lines);
          for (const [i, shape] of shapes.entries()) {
            all++;
            if (shape === null) expect(problems.join()).toMatch(/may be an outline, or a box and key points/);
            else expect(shape).toEqual({ kind: 'polygon', rings: [lines[i]] });
            if (shape) drawn++;
          }
        },
      ),
      { numRuns: 2000, seed: 7 },
    );
    expect(drawn / all).toBeGreaterThan(0.95);
  });

  test('a YAML file that names classes and knows of no poses says that they are outlines', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 60 }), (seed, points) => {
        const line = outline(new Draw(seed), points);
        expect(shapesOf([line], 'names: [cat]')).toEqual({
          shapes: [{ kind: 'polygon', rings: [line] }],
          problems: [],
        });
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test('four corners of an oriented box are an outline wherever they lie', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draw = new Draw(seed);
        const [cx, cy] = [draw.uniform(0.3, 0.7), draw.uniform(0.3, 0.7)];
        const [w, h, angle] = [draw.uniform(0.05, 0.2), draw.uniform(0.05, 0.2), draw.uniform(0, Math.PI)];
        const corners = [-1, 1, 1, -1].map((x, i) => [x * w, [-1, -1, 1, 1][i]! * h] as const);
        const line = corners.flatMap(([x, y]) => [
          fixed(cx + x * Math.cos(angle) - y * Math.sin(angle)),
          fixed(cy + x * Math.sin(angle) + y * Math.cos(angle)),
        ]);
        expect(shapesOf([line]).shapes).toEqual([{ kind: 'polygon', rings: [line] }]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
