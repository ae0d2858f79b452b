import type { MethodInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { queued } from '../state/plan/plan.ts';
import type { ExplainedClass, Loaded } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import { type SuperpixelView, USUAL_VIEW } from '../state/ui.ts';

export interface MethodRow {
  readonly info: MethodInfo;
  readonly on: boolean;
  /** On, and hidden neither by another's solo nor with all heatmaps. */
  readonly visible: boolean;
  readonly solo: boolean;
  /** Key of its reply for the selected class, for stopping or retrying it; null while there is no class. */
  readonly key: string | null;
  readonly reply: Loaded<ExplainedClass>;
  /** Why it failed is said elsewhere. */
  readonly echo: boolean;
  /** The heatmap to show; while it is refined, the one so far. */
  readonly explained: ExplainedClass | null;
  /** It waits until another method has finished. */
  readonly queued: boolean;
  readonly superpixels: SuperpixelView;
}

/** Every method, in the order of the model's description; null before there is one. */
export function methodRows(scene: Scene): readonly MethodRow[] | null {
  const { state, replies, keys, description, index, active } = scene;
  if (!description) return null;
  const { solo, overlay, superpixels } = state.ui;
  const waiting = queued(scene);
  return description.methods.map((info) => {
    const on = active.includes(info);
    const key = index === null ? null : keys.explain(info.id, index);
    const reply: MethodRow['reply'] = on && key !== null ? replies.get('explain', key) : { status: 'idle' };
    return {
      info,
      on,
      visible: on && overlay && (solo === null || solo === info.id),
      solo: solo === info.id,
      key,
      reply,
      echo: reply.status === 'failed' && key !== null && scene.saidOnce.before(reply.error, key),
      explained: reply.status === 'done' ? reply.value : reply.status === 'waiting' ? (reply.partial ?? null) : null,
      queued: waiting.has(info.id),
      superpixels: own(superpixels, info.id) ?? USUAL_VIEW,
    };
  });
}

/** The method's title; for a map that was stopped early, it says so. */
export function titleOf({ info, explained }: MethodRow): string {
  return explained?.map.stoppedAt === undefined ? info.title : `${info.title} (partial)`;
}

/**
 * Which kinds of colour maps the methods need: for maps with a sign, for maps without. A missing map counts as its
 * method's default kind.
 */
export function mapKinds(rows: readonly Pick<MethodRow, 'info' | 'explained'>[]): {
  readonly signed: boolean;
  readonly unsigned: boolean;
} {
  const signs = rows.map(({ info, explained }) => explained?.map.signed ?? info.signed);
  return { signed: signs.includes(true), unsigned: signs.includes(false) };
}
