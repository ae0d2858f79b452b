// The selection, and the keys under which replies to it are stored.

import type { AnyParameters } from '../../explainers/contracts/parameters.ts';
import type {
  Against,
  AgreementOptions,
  GivenInputs,
  Heatmap,
  MethodInfo,
} from '../../explainers/contracts/results.ts';
import { bestClass, runnable } from '../../explainers/protocol/firstRequests.ts';
import { own } from '../../explainers/tables.ts';
import type { Replies } from './replies.ts';
import { ANNOTATION_FILES, type State } from './state.ts';
import { USUAL_MEASURE } from './ui.ts';

function stamped(state: State, path: string): string {
  return `${path}@${own(state.resource.revisions, path) ?? 0}`;
}

/**
 * The keys of the replies for an image and the current model; null without a model.
 * @param show the bands that the model's card shows, as far as it is known
 */
export function keysFor(state: State, image: string | undefined, show?: readonly number[]) {
  const { model } = state.navigation;
  const pair = image === undefined || model === null ? null : `${stamped(state, image)}|${stamped(state, model)}`;
  const annotated = pair && `${pair}|${stamped(state, ANNOTATION_FILES)}`;
  // Other values of further inputs give other scores and maps.
  const given = JSON.stringify(givenInputs(state, image) ?? {});
  const { against } = state.navigation;
  const compared = against === null ? '' : `|against ${against}`;
  return {
    display: image === undefined ? '' : [stamped(state, image), ...(show ?? [])].join('|'),
    describe: model === null ? '' : stamped(state, model),
    predict: pair ? `${pair}|${given}` : '',
    inputs: pair ? `${pair}|${given}` : '',
    annotations: annotated ?? '',
    explain: (method: string, index: number) =>
      `${annotated}|${given}|${method}|${JSON.stringify(ownParameters(state, method))}|${index}${compared}`,
    agreement: ({ method, index, stoppedAt }: Pick<Heatmap, 'method' | 'index' | 'stoppedAt'>) => {
      const parameters = JSON.stringify(ownParameters(state, method));
      return (
        [annotated, given, method, parameters, index, stoppedAt ?? 1, JSON.stringify(optionsOf(state))].join('|') +
        compared
      );
    },
    /** By the key of the map, and the part of `ASSESSED`. */
    assess: (explain: string, part: number) => `${explain}|${part}`,
    sources: (index: number, method: string) =>
      `${pair}|${given}|sources|${method}|${JSON.stringify(ownParameters(state, method))}|${index}${compared}`,
    region: (index: number, request: object) => `${annotated}|${given}|region|${JSON.stringify(request)}|${index}`,
    /** Of other values of one input: its own does not matter. */
    vary: (name: string) => `${pair}|${JSON.stringify({ ...givenInputs(state, image), [name]: null })}|vary|${name}`,
    compare: (explained: readonly string[]) => explained.join(' & '),
  };
}

export type Keys = ReturnType<typeof keysFor>;

/** The user's changes to a method's parameters, for the current model, in a fixed order so that keys are equal. */
export function ownParameters(state: State, method: string): AnyParameters {
  const changed = own(own(state.ui.parameters, state.navigation.model ?? ''), method) ?? {};
  return Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The user's values of the further inputs for an image and the current model, in a fixed order; undefined: none. */
export function givenInputs({ ui, navigation }: State, image: string | undefined): GivenInputs | undefined {
  const given = Object.entries(own(own(ui.inputs, navigation.model ?? ''), image ?? '') ?? {});
  return given.length === 0 ? undefined : Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What requests for maps hold besides image and model: the inputs, and what classes are compared with. */
export function explainedAs(
  state: State,
  image: string,
): { readonly inputs?: GivenInputs; readonly against?: Against } {
  const inputs = givenInputs(state, image);
  const { against } = state.navigation;
  return {
    ...(inputs && { inputs }),
    ...(against !== null && { against: against === 'rest' ? against : [against] }),
  };
}

/**
 * How maps are compared, if not in the default way; null: by default, and `explain` has already returned the numbers.
 */
export function optionsOf({ ui: { measure } }: State): AgreementOptions | null {
  const { threshold, evidence, tolerance } = measure;
  const options: AgreementOptions = {
    ...(threshold !== null && { threshold: { kind: 'fixed', value: threshold } }),
    ...(evidence !== USUAL_MEASURE.evidence && { evidence }),
    ...(tolerance !== USUAL_MEASURE.tolerance && { tolerance }),
  };
  return Object.keys(options).length === 0 ? null : options;
}

export function currentImage(state: State): string | undefined {
  return state.navigation.images[state.navigation.current];
}

/** The methods that are switched on and can run on this model, bottom first. */
export function activeMethods(state: State, methods: readonly MethodInfo[]): readonly MethodInfo[] {
  const named = state.ui.methods ?? state.resource.contents?.settings.methods ?? [];
  return runnable(named, methods, state.ui.methods === null);
}

/**
 * The class that is explained: the user's choice, else the best of the predicted ones, else the best of the annotated
 * ones, else the best. Null while it is unknown.
 */
export function selectedClass(state: State, replies: Replies): number | null {
  const keys = keysFor(state, currentImage(state));
  const prediction = replies.value('predict', keys.predict);
  const { chosen } = state.navigation;
  if (chosen !== null) return !prediction || chosen < prediction.scores.length ? chosen : null;
  if (!prediction) return null;
  const annotations = replies.get('annotations', keys.annotations);
  const pending = annotations.status === 'idle' || annotations.status === 'waiting';
  return bestClass(prediction.scores, annotations.status === 'done' ? annotations.value.states : pending ? null : {});
}
