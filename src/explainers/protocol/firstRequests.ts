// The first requests of a page, most urgent first. The extension host plans with this while the page still loads, and
// the page does afterwards, so that the prefetched requests are the ones the page sends.

import type { AnyParameters } from '../contracts/parameters.ts';
import type {
  Against,
  ClassScore,
  ExplainRequest,
  GivenInputs,
  ImageAnnotations,
  ImageRequest,
  MethodInfo,
} from '../contracts/results.ts';
import type { RequestOf } from './requests.ts';

type First = 'display' | 'describe' | 'predict' | 'annotations' | 'explain';

/** A request by its name. */
export type FirstRequest = { [K in First]: { readonly kind: K; readonly request: RequestOf<K> } }[First];

/** The shown content, as far as it is known. */
export interface Shown {
  readonly image: string;
  /** Null: none was found, or none may be opened. */
  readonly model: string | null;
  /** The class being explained; null while it is unknown. */
  readonly index: number | null;
  /** The bands of the image that the model's card shows. */
  readonly show?: readonly number[] | undefined;
  /** The user's values of the model's further inputs; absent: the image's own. */
  readonly inputs?: GivenInputs | undefined;
  /** What the class is compared with; absent: nothing. */
  readonly against?: Against | undefined;
  /** The methods that are on, bottom first. */
  readonly methods: readonly Pick<MethodInfo, 'id' | 'slow'>[];
  /** The user's changes to a method's parameters. */
  parameters(method: string): AnyParameters;
  /** The progress of a method's map of the class. */
  status(method: string): MapStatus;
}

export type MapStatus = 'idle' | 'waiting' | 'done' | 'failed' | 'away';

/** The image and everything about it at once; maps as soon as there is a class. */
export function firstRequests(shown: Shown): readonly FirstRequest[] {
  const { image, model, inputs, against, index, methods } = shown;
  const given = inputs && { inputs };
  const display: FirstRequest = { kind: 'display', request: { image, ...(shown.show && { show: shown.show }) } };
  if (model === null) return [display];
  const about: FirstRequest[] = [
    display,
    { kind: 'describe', request: { model } },
    { kind: 'predict', request: { image, model, ...given } },
    { kind: 'annotations', request: { image, model } },
  ];
  if (index === null) return about;
  const waiting = queued(methods, shown.status);
  // Quick requests do not wait for those that take minutes.
  const ready = [...methods].sort((a, b) => Number(a.slow) - Number(b.slow)).filter(({ id }) => !waiting.has(id));
  return [
    ...about,
    ...ready.map(({ id }): FirstRequest => {
      const request = explainRequest(
        { image, model, ...given, ...(against && { against }) },
        id,
        [index],
        shown.parameters(id),
      );
      return { kind: 'explain', request };
    }),
  ];
}

/** Maps of some classes. Parameters only if there are some. */
export function explainRequest(
  shown: Pick<ExplainRequest, keyof ImageRequest | 'against'>,
  method: string,
  classes: readonly number[],
  parameters: AnyParameters,
): ExplainRequest {
  return { ...shown, method, classes, ...(Object.keys(parameters).length > 0 && { parameters }) };
}

/**
 * Methods that wait their turn: of those that run the model many times, one runs at a time, in the order of switching
 * on; the others are quick and run at once.
 */
export function queued(methods: Shown['methods'], status: Shown['status']): ReadonlySet<string> {
  const open = methods
    .filter(({ slow }) => slow)
    .map(({ id }) => ({ id, status: status(id) }))
    .filter((each) => each.status === 'idle' || each.status === 'waiting');
  const turn = open.find((each) => each.status === 'waiting') ?? open[0];
  return new Set(open.filter((each) => each !== turn).map(({ id }) => id));
}

/**
 * The methods of these names that can run on a model, in their order.
 * @param usual nobody chose them, so if none of them can run, any other method is better than none
 */
export function runnable(
  named: readonly string[],
  methods: readonly MethodInfo[],
  usual: boolean,
): readonly MethodInfo[] {
  const can = methods.filter((method) => !method.unavailable);
  const found = named.flatMap((id) => can.find((method) => method.id === id) ?? []);
  return found.length > 0 || !usual || named.length === 0 ? found : can.slice(0, 1);
}

/**
 * The class to explain if nobody chose one: the best of the predicted ones, else the best of the annotated ones, else
 * the best.
 * @param states the annotations of the classes; null: not known yet
 */
export function bestClass(scores: readonly ClassScore[], states: ImageAnnotations['states'] | null): number | null {
  const ranked = [...scores].sort((a, b) => b.score - a.score);
  const predicted = ranked.find((each) => each.predicted);
  if (predicted) return predicted.index;
  if (states === null) return null;
  const annotated = ranked.find(({ index }) => states[index] === 'drawn' || states[index] === 'present');
  return (annotated ?? ranked[0])?.index ?? null;
}
