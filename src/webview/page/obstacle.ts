import type { ErrorReport } from '../../explainers/errors.ts';
import type { Scene } from '../state/scene.ts';
import type { State } from '../state/state.ts';

/** What fills the stage or the side bar instead of its normal content. */
export type Obstacle =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'empty' }
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'noModel' };

/** Why nothing can be explained at all; null: it can. */
export function obstacle(state: State): Obstacle | null {
  const { contents, failure } = state.resource;
  if (failure) return { kind: 'failed', error: failure };
  if (!contents) return { kind: 'loading' };
  if (state.navigation.images.length === 0) return { kind: 'empty' };
  if (!contents.trusted) return { kind: 'untrusted' };
  return state.navigation.model === null ? { kind: 'noModel' } : null;
}

/**
 * A failure of one of the steps before the heatmaps, shown only once because the same cause often fails several of
 * them.
 */
export function stepFailure({ replies, keys }: Scene): { readonly key: string; readonly error: ErrorReport } | null {
  for (const kind of ['describe', 'predict'] as const) {
    const reply = replies.get(kind, keys[kind]);
    if (reply.status === 'failed') return { key: keys[kind], error: reply.error };
  }
  return null;
}
