import type { Heatmap, MethodInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { agreementFor, visibleMetrics } from '../agreement/agreementTable.ts';
import { maskLevel } from '../agreement/mapMask.ts';
import { knownMask, useMasks } from '../agreement/useMask.ts';
import { agreementNumber, percent } from '../format.ts';
import { drawnShapes, type Overlay, topMap } from '../overlay/overlays.ts';
import { differenceMap } from '../stage/differenceMap.ts';
import { type LookWishes, looks, weakShare } from '../stage/heatmap.ts';
import type { MaskOutline } from '../stage/outline.ts';
import type { PaintedOverlay } from '../stage/paintMaps.ts';
import type { StageModel } from '../stage/stage.ts';
import { ASSESSED } from '../state/plan/assessed.ts';
import type { ExplainedClass, Loaded, Picture } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import { USUAL_VIEW } from '../state/ui.ts';

/** What one of several pictures shows over the image: a method's map of a class; without a method the image alone. */
export interface PaneWish {
  readonly scene: Scene;
  readonly method: MethodInfo | null;
  /** Class index. */
  readonly index: number;
  /** The map of the same method that is taken away from it. */
  readonly minus?: { readonly scene: Scene; readonly index: number };
}

/** One of several pictures of the image. */
export interface Pane {
  readonly method: MethodInfo | null;
  readonly index: number;
  readonly label: string;
  /** Of the class. */
  readonly score: number | null;
  readonly reply: Loaded<ExplainedClass>;
  /** Null while there is no map. */
  readonly overlay: PaintedOverlay | null;
  readonly model: StageModel;
  /** See {@link weakShare}. */
  readonly weak: number | null;
  /** Maps of the same method and model for the other classes that are shown. */
  readonly others: readonly Heatmap[];
  /** `IoU 0.123`: how the map agrees with the annotation, and how faithful it is, as far as that was measured. */
  readonly figures: readonly string[];
}

/** How maps are painted in every picture. */
export interface PaneLook {
  readonly picture: Picture | null;
  readonly wishes: LookWishes;
  readonly opacity: number;
  /** Masks that are not known are measured at once, however long that takes: the picture is saved. */
  readonly complete?: boolean;
}

/** Pictures that are shown together: a shared range is that of all of them. */
export function panesOf(
  wanted: readonly PaneWish[],
  { picture, wishes, opacity, complete }: PaneLook,
): readonly Pane[] {
  const found = wanted.map((wish) => ({ wish, ...overlayOf(wish) }));
  const shown = found.flatMap(({ overlay }) => overlay ?? []);
  const look = looks(shown, wishes);
  return found.map(({ wish: { scene, method, index, minus }, reply, overlay }): Pane => {
    const painted = overlay && { ...overlay, look: look[shown.indexOf(overlay)]! };
    const of = scene.prediction?.scores.find((each) => each.index === index);
    return {
      method,
      index,
      label: of?.label ?? `class ${index}`,
      score: of?.score ?? null,
      reply,
      overlay: painted,
      model: {
        picture,
        overlays: painted && scene.state.ui.overlay ? [painted] : [],
        opacity,
        shapes: picture ? drawnShapes(scene, index) : [],
        outline: null,
        masks: scene.state.ui.masks && !minus ? { method: overlay && maskOf(scene, overlay, complete) } : null,
        geometry: scene.prediction?.geometry ?? null,
      },
      weak: overlay && weakShare(overlay),
      others: found.flatMap(({ wish, overlay: other }) => {
        const another = wish.scene === scene && wish.method === method && wish.index !== index && !wish.minus;
        return another && !minus && other ? [other.explained.map] : [];
      }),
      figures: method && !minus ? figuresOf(scene, method, index) : [],
    };
  });
}

function overlayOf({ scene, method, index, minus }: PaneWish): {
  readonly reply: Loaded<ExplainedClass>;
  readonly overlay: Overlay | null;
} {
  if (!method) return { reply: { status: 'idle' }, overlay: null };
  const reply = scene.replies.get('explain', scene.keys.explain(method.id, index));
  const explained = reply.status === 'done' ? reply.value : reply.status === 'waiting' ? reply.partial : undefined;
  if (!explained) return { reply, overlay: null };
  if (minus) {
    const second = minus.scene.replies.value('explain', minus.scene.keys.explain(method.id, minus.index));
    if (!second) return { reply: { status: 'waiting', progress: null, since: 0 }, overlay: null };
    const map = differenceMap(explained.map, second.map);
    const overlay = {
      info: method,
      explained: { map, agreement: [] },
      refining: false,
      superpixels: USUAL_VIEW,
      top: null,
    };
    return { reply, overlay };
  }
  const superpixels = own(scene.state.ui.superpixels, method.id) ?? USUAL_VIEW;
  const refining = reply.status === 'waiting';
  return { reply, overlay: { info: method, explained, refining, superpixels, top: topMap(scene, method.id) } };
}

/** The mask of a finished map, with the bound that the metrics use. */
function maskOf({ state }: Scene, { explained: { map }, refining }: Overlay, complete = false): MaskOutline | null {
  const { measure, overlay } = state.ui;
  if (refining || !overlay) return null;
  const level = complete ? maskLevel(map, measure) : knownMask(map, measure).drawn;
  return level && { map, evidence: measure.evidence, level: level.level };
}

/** Has the masks measured that pictures on the screen lack. */
export function usePaneMasks({ state: { ui } }: Scene, panes: readonly Pane[]): void {
  const masked = ui.overlay ? panes.filter(({ model }) => model.masks) : [];
  useMasks(
    masked.flatMap(({ overlay }) => (overlay && !overlay.refining ? [overlay.explained.map] : [])),
    ui.measure,
    true,
  );
}

function figuresOf(scene: Scene, info: MethodInfo, index: number): readonly string[] {
  const found = agreementFor(scene, info.id, index);
  const agreement = typeof found === 'string' ? [] : found;
  const agreed = visibleMetrics(scene).flatMap(({ id, short }) => {
    const value = agreement.find(({ metric }) => metric === id)?.value ?? null;
    return value === null ? [] : [`${short} ${agreementNumber(value)}`];
  });
  const explain = scene.keys.explain(info.id, index);
  const assessed = ASSESSED.flatMap((_, part) => scene.replies.value('assess', scene.keys.assess(explain, part)) ?? []);
  const titles = new Map(scene.catalogue.assessments.map(({ id, title }) => [id, title]));
  const faithful = assessed.flatMap(({ metric, value }) =>
    value === null ? [] : [`${titles.get(metric) ?? metric} ${agreementNumber(value)}`],
  );
  return [...agreed, ...faithful];
}

/** `weak: 3 % of the top class's range` */
export function weakText(share: number): string {
  return `weak: ${percent(share)} of the top class’s range`;
}
