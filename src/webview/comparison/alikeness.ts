import type { ComparisonInfo, MethodComparison } from '../../explainers/contracts/results.ts';
import { comparison } from '../state/plan/planAsked.ts';
import type { Loaded } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';

export interface Alikeness {
  readonly label: string;
  /** For trying again. */
  readonly key: string;
  /** Titles of the methods with a map, in the order of the matrices. */
  readonly titles: readonly string[];
  /** The user has asked for it; from then on it follows the methods that are on. */
  readonly asked: boolean;
  readonly reply: Loaded<MethodComparison>;
  /** Why it failed is said elsewhere. */
  readonly echo: boolean;
  readonly metrics: readonly ComparisonInfo[];
}

/** How similar the maps shown are; null while there is no class. */
export function alikeness(scene: Scene): Alikeness | null {
  const { state, replies, selected, active } = scene;
  if (!selected) return null;
  const compared = comparison(scene);
  const reply = replies.get('compareMethods', compared.key);
  return {
    label: selected.label,
    key: compared.key,
    titles: compared.methods.flatMap((id) => active.find((info) => info.id === id)?.title ?? []),
    asked: state.wishes.compare,
    reply,
    echo: reply.status === 'failed' && scene.saidOnce.before(reply.error, compared.key),
    metrics: scene.catalogue.comparisons,
  };
}
