import { describe, expect, it } from 'vitest';
import { colormap } from '../../../src/explainers/overlay/colormap.ts';
import { levelsText, parsedLevels } from '../../../src/webview/overlay/contourLevels.ts';
import { contoursOf } from '../../../src/webview/stage/contourLines.ts';
import type { Look } from '../../../src/webview/stage/heatmap.ts';
import type { PaintedOverlay } from '../../../src/webview/stage/paintMaps.ts';
import { USUAL_VIEW } from '../../../src/webview/state/ui.ts';
import { makeScene } from '../page/scene.ts';

// Contour lines lie where the map has their level, in pixels of the image.

const SIDE = 64;
const look = (over: Partial<Look>): Look => ({
  ...{ colorMap: colormap('inferno')!, range: { min: 0, max: 1 }, threshold: 0, weak: 'fade', smooth: true },
  contours: [0.5],
  ...over,
});

/** A cone: 1 in the middle, 0 at a distance of 32 values, shown on an image three times as wide and twice as high. */
function cone(over: Partial<Look>, sign = 1): PaintedOverlay {
  const scene = makeScene('chest');
  const [map] = scene.explain('gradCam', [4]).maps;
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [(i % SIDE) + 0.5, Math.floor(i / SIDE) + 0.5];
    return sign * Math.max(0, 1 - Math.hypot(x - 32, y - 32) / 32);
  });
  const geometry = { image: [2 * SIDE, 3 * SIDE], input: [SIDE, SIDE], scale: [1 / 2, 1 / 3], offset: [0, 0] } as const;
  const shown = { ...map!, size: [SIDE, SIDE] as const, values, geometry };
  const info = scene.description.methods.find(({ id }) => id === 'gradCam')!;
  const overlay = {
    info,
    explained: { map: shown, agreement: [] },
    refining: false,
    superpixels: USUAL_VIEW,
    top: null,
  };
  return { ...overlay, look: look(over) };
}

/** Distances of all points of a contour from the middle, in values of the map. */
function radii(overlay: PaintedOverlay, at: number): readonly number[] {
  const { lines } = contoursOf(overlay)[at]!;
  return lines.flatMap((points) =>
    points.flatMap((x, i) => (i % 2 === 0 ? [Math.hypot(x / 3 - 32, points[i + 1]! / 2 - 32)] : [])),
  );
}

describe('contour lines', () => {
  it('of a cone are circles, one for each level, in the colours of their levels', () => {
    const overlay = cone({ contours: [0.25, 0.75] });
    expect(contoursOf(overlay).map(({ level }) => level)).toEqual([0.25, 0.75]);
    for (const [at, radius] of [24, 8].entries()) {
      for (const found of radii(overlay, at)) expect(found).toBeCloseTo(radius, 1);
    }
    const { table } = colormap('inferno')!;
    const rgb = table.subarray(3 * 191, 3 * 191 + 3);
    expect(contoursOf(overlay)[1]?.colour).toBe(`rgb(${rgb.join(', ')})`);
  });

  it('lie on both sides of 0 where a map has a sign, around what is stronger', () => {
    const range = { min: -1, max: 1 };
    const levels = contoursOf(cone({ range }, -1));
    expect(levels.map(({ level }) => level)).toEqual([-0.5, 0.5]);
    expect(levels[1]?.lines).toEqual([]);
    for (const found of radii(cone({ range }, -1), 0)) expect(found).toBeCloseTo(16, 1);
  });

  it('follow the squares where values are not smoothed: every point is a corner of a value', () => {
    const { lines } = contoursOf(cone({ smooth: false }))[0]!;
    expect(lines.length).toBeGreaterThan(20);
    for (const points of lines) {
      for (const [i, each] of points.entries()) expect(each % (i % 2 === 0 ? 3 : 2)).toBeCloseTo(0, 9);
    }
  });

  it('start where the range starts, for maps whose zero means nothing', () => {
    expect(contoursOf(cone({ range: { min: 0.2, max: 1 } }))[0]?.level).toBeCloseTo(0.6, 12);
  });
});

describe('levels that are typed', () => {
  it('are percentages in any order, once each, and nothing else', () => {
    expect(parsedLevels('75 25, 50%; 25')).toEqual([0.25, 0.5, 0.75]);
    expect(parsedLevels('')).toEqual([]);
    for (const wrong of ['0', '101', '-5', 'half', '1e999', '10-20']) expect(parsedLevels(wrong)).toBeNull();
    expect(parsedLevels(Array.from({ length: 13 }, (_, i) => i + 1).join(' '))).toBeNull();
    expect(levelsText([0.07, 0.125, 1])).toBe('7, 12.5, 100');
  });
});
