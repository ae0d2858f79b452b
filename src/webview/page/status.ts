import { isProcessEnd } from '../../explainers/protocol/processEnd.ts';
import { fileName } from '../format.ts';
import { type MethodRow, titleOf } from '../methods/methodRows.ts';
import type { Scene } from '../state/scene.ts';
import { type Obstacle, obstacle, stepFailure } from './obstacle.ts';

export interface Status {
  readonly text: string;
  /** Something is being waited for. */
  readonly busy: boolean;
}

/** One sentence on the current activity, for the status line and screen readers. */
export function status(scene: Scene, rows: readonly MethodRow[]): Status {
  const { state, replies, keys, image, selected } = scene;
  const still = (text: string): Status => ({ text, busy: false });
  const doing = (text: string): Status => ({ text, busy: true });
  const stop = obstacle(state);
  if (stop) return { text: OBSTACLES[stop.kind], busy: stop.kind === 'loading' };
  const name = fileName(image ?? '');
  const display = replies.get('display', keys.display);
  if (display.status === 'failed') return still(isProcessEnd(display.error) ? NOT_YET : `${name} cannot be shown.`);
  const failure = stepFailure(scene);
  if (failure) return still(isProcessEnd(failure.error) ? NOT_YET : failure.error.message);
  for (const [kind, usual] of [
    ['display', `Opening ${name}…`],
    ['describe', 'Opening the model…'],
    ['predict', 'Computing the scores…'],
  ] as const) {
    const reply = replies.get(kind, keys[kind]);
    if (reply.status === 'waiting') return doing(reply.progress?.message || usual);
  }
  const on = rows.filter((row) => row.on);
  for (const { info, reply } of on) {
    if (reply.status === 'waiting') return doing(reply.progress?.message || `Computing ${info.title}…`);
  }
  for (const { info, reply } of on) {
    if (reply.status === 'failed')
      return still(isProcessEnd(reply.error) ? NOT_YET : `${info.title}: ${reply.error.message}`);
  }
  return still(selected && on.length > 0 ? `${on.map(titleOf).join(', ')} for ${selected.label}.` : 'Ready.');
}

/** Why the explainer stopped is said once, and not here. */
const NOT_YET = 'Not computed yet.';

const OBSTACLES: Readonly<Record<Obstacle['kind'], string>> = {
  loading: 'Loading…',
  failed: 'The panel could not be opened.',
  empty: 'No image to explain.',
  untrusted: 'This workspace is not trusted, so no model runs.',
  noModel: 'No model chosen.',
};
