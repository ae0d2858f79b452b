import type { Scene } from './scene.ts';
import type { SideWish } from './ui.ts';

/**
 * What the two sides of the split view show. By default: the same map of the two models that are compared; else the
 * maps of the two topmost methods, or map and image.
 */
export function splitSides(scene: Scene): readonly [left: SideWish, right: SideWish] {
  const { state, active } = scene;
  const { left, right } = state.ui.split;
  const comparing = state.navigation.other !== null;
  const shown = (method: string | null) => method === null || active.some(({ id }) => id === method);
  const usable = (wish: SideWish | null) => (wish && shown(wish.method) && (comparing || !wish.of) ? wish : null);
  const [usualLeft, usualRight] = usual(
    active.map(({ id }) => id),
    comparing,
  );
  return [usable(left) ?? usualLeft, usable(right) ?? usualRight];
}

/** @param methods bottom first */
function usual(methods: readonly string[], comparing: boolean): readonly [SideWish, SideWish] {
  const [top, below] = [methods.at(-1) ?? null, methods.at(-2) ?? null];
  const side = (method: string | null): SideWish => ({ method, index: null });
  if (comparing) return [side(top), { ...side(top), of: 'other' }];
  return below === null ? [side(top), side(null)] : [side(below), side(top)];
}
