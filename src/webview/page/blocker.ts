import type { ErrorReport } from '../../explainers/errors.ts';
import { inputFields } from '../inputs/inputFields.ts';
import type { Scene } from '../state/scene.ts';
import { obstacle, stepFailure } from './obstacle.ts';

/** The content in the side bar's place. */
export type Blocker =
  | { readonly kind: 'none' | 'loading' | 'hidden' | 'empty' | 'untrusted' }
  | { readonly kind: 'noModel'; readonly models: readonly string[] }
  | { readonly kind: 'failed'; readonly error: ErrorReport; readonly key: string | null };

/** An image that cannot be read is reported on the stage, and not a second time here; nor is what is said elsewhere. */
export function blockerOf(scene: Scene): Blocker {
  const { state, replies, keys } = scene;
  const stop = obstacle(state);
  if (stop?.kind === 'noModel') return { kind: 'noModel', models: state.resource.contents?.models ?? [] };
  if (stop?.kind === 'failed') return { ...stop, key: null };
  if (stop) return stop;
  const failure = stepFailure(scene);
  if (!failure) return { kind: 'none' };
  // The form says it next to the field.
  if (inputFields(scene)?.some(({ problem }) => problem?.message === failure.error.message)) return { kind: 'hidden' };
  if (scene.saidOnce.before(failure.error, failure.key)) return { kind: 'hidden' };
  const display = replies.get('display', keys.display);
  if (failure.error.kind === 'image' && display.status === 'failed') return { kind: 'hidden' };
  return { kind: 'failed', ...failure };
}
