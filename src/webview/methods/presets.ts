// Which preset the parameters on the page match.

import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type { MethodInfo, PresetInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { ownParameters } from '../state/selection.ts';
import type { State } from '../state/state.ts';

/**
 * The id of the last chosen preset, as long as the parameters match it; else `own`, or `defaults` if none is changed.
 */
export function currentPreset(state: State, methods: readonly MethodInfo[], presets: readonly PresetInfo[]): string {
  const chosen = presets.find(({ id }) => id === own(state.ui.presets, state.navigation.model ?? ''));
  const kept = methods.every((info) => {
    const wanted = own(chosen?.methods, info.id);
    return !wanted || same(info, ownParameters(state, info.id), wanted);
  });
  if (chosen && kept) return chosen.id;
  return methods.some(({ id }) => Object.keys(ownParameters(state, id)).length > 0) ? 'own' : 'defaults';
}

/** The same values, whether given explicitly or by default. */
function same({ defaults, parameters }: MethodInfo, a: AnyParameters, b: AnyParameters): boolean {
  return Object.keys(parameters).every(
    (name) => (own(a, name) ?? own(defaults, name)) === (own(b, name) ?? own(defaults, name)),
  );
}
