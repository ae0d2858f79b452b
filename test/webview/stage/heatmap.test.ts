import { describe, expect, it } from 'vitest';
import type { Overlay } from '../../../src/webview/overlay/overlays.ts';
import { cut, type LookWishes, looks, valueAt } from '../../../src/webview/stage/heatmap.ts';
import { USUAL_VIEW } from '../../../src/webview/state/ui.ts';
import { makeScene, PEAK } from '../page/scene.ts';

const WISHES: LookWishes = {
  colorMaps: { signed: 'auto', unsigned: 'auto' },
  range: 'own',
  threshold: 0,
  weak: 'fade',
  smooth: true,
  contours: [],
};

function overlay(method: string, index: number, kind: 'chest' | 'photos' = 'chest'): Overlay {
  const scene = makeScene(kind);
  const info = scene.description.methods.find((each) => each.id === method)!;
  const explained = { map: scene.explain(method, [index]).maps[0]!, agreement: [] };
  return { info, explained, refining: false, top: null, superpixels: USUAL_VIEW };
}

describe('looks', () => {
  it('are symmetric around 0 for maps with a sign, and start at 0 for others', () => {
    const [unsigned, signed] = looks([overlay('gradCam', 4), overlay('gradient', 4)], WISHES);
    expect(unsigned?.range.min).toBe(0);
    expect(signed?.range.min).toBe(-signed!.range.max);
    expect(unsigned?.colorMap.diverging).toBe(false);
    expect(signed?.colorMap.diverging).toBe(true);
  });

  it('go by the map where a parameter gives it a sign that its method has not, or takes it away', () => {
    const [cam, gradient] = [overlay('gradCam', 4), overlay('gradient', 4)];
    const turned = (each: Overlay, signed: boolean, values: Float32Array): Overlay => ({
      ...each,
      explained: { ...each.explained, map: { ...each.explained.map, signed, values } },
    });
    const { values } = gradient.explained.map;
    const shown = [turned(cam, true, values), turned(gradient, false, values.map(Math.abs)), gradient];
    const [signed, unsigned] = looks(shown, WISHES);
    expect(signed?.colorMap.diverging).toBe(true);
    expect(signed?.range.min).toBe(-signed!.range.max);
    expect(unsigned?.colorMap.diverging).toBe(false);
    expect(unsigned?.range.min).toBe(0);
    const shared = looks(shown, { ...WISHES, range: 'shared' });
    expect(shared[0]?.range).toEqual(shared[2]?.range);
    expect(shared[1]?.range).not.toEqual(shared[2]?.range);
  });

  it('never give a colour map of the wrong kind', () => {
    const wishes = { ...WISHES, colorMaps: { signed: 'viridis', unsigned: 'viridis' } };
    const [unsigned, signed] = looks([overlay('gradCam', 4), overlay('gradient', 4)], wishes);
    expect(unsigned?.colorMap.id).toBe('viridis');
    expect(signed?.colorMap.diverging).toBe(true);
  });

  it('share the widest range among maps of a kind when asked to', () => {
    const shown = [overlay('gradient', 4), overlay('inputXGradient', 4), overlay('gradCam', 4)];
    const own = looks(shown, { ...WISHES, range: 'full' });
    const shared = looks(shown, { ...WISHES, range: 'shared' });
    expect(shared[0]?.range).toEqual(shared[1]?.range);
    expect(shared[2]?.range).toEqual(own[2]?.range);
  });

  it('share the wider range of a method’s classes, and of no other method, when asked to', () => {
    const shown = [overlay('gradient', 4), overlay('gradient', 5), overlay('inputXGradient', 4)];
    const own = looks(shown, WISHES).map(({ range }) => range);
    const classes = looks(shown, { ...WISHES, range: 'classes' }).map(({ range }) => range);
    expect(own[0]!.max).not.toBe(own[1]!.max);
    const wider = own[0]!.max > own[1]!.max ? own[0] : own[1];
    expect(classes).toEqual([wider, wider, own[2]]);
  });

  it('tell which part of the colour bar the threshold hides', () => {
    const [unsigned, signed] = looks([overlay('gradCam', 4), overlay('gradient', 4)], { ...WISHES, threshold: 0.2 });
    expect(cut(unsigned!).map((each) => Number(each.toFixed(6)))).toEqual([0, 0.2]);
    expect(cut(signed!).map((each) => Number(each.toFixed(6)))).toEqual([0.4, 0.6]);
  });
});

describe('valueAt', () => {
  it('finds the peak through the geometry', () => {
    const { map } = overlay('gradCam', 4).explained;
    const [height, width] = map.geometry.image;
    const at = valueAt(map, [((PEAK.x + 0.5) * width) / 224, ((PEAK.y + 0.5) * height) / 224]);
    expect(at).toBe(Math.max(...map.values));
  });

  it('knows where the model saw nothing', () => {
    const { map } = overlay('gradCam', 285, 'photos').explained;
    expect(valueAt(map, [5, 250])).toBeNull();
    expect(valueAt(map, [384, 256])).not.toBeNull();
  });
});
