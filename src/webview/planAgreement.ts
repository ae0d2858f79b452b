// What the table of agreement wants beyond the maps that are shown.
import type { AgreementOptions, MethodInfo, MetricInfo } from '../explainers/results.ts';
import type { Replies } from './replies.ts';
import { currentImage, keysFor, optionsOf, ownParameters } from './selection.ts';
import type { State } from './state.ts';
import { explainRequest, type Want } from './want.ts';

/** In the table of agreement: more are no longer read, but computed. */
const MOST_CLASSES = 20;

/** Classes that the table of agreement shows: the one explained, or all that are drawn, best score first. */
export function tableClasses(state: State, replies: Replies, index: number): readonly number[] {
  if (!state.ui.agreement.allClasses) return [index];
  const keys = keysFor(state, currentImage(state));
  const states = replies.value('annotations', keys.annotations)?.states ?? {};
  const scores = replies.value('predict', keys.predict)?.scores ?? [];
  return scores
    .filter((each) => states[each.index] === 'drawn')
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_CLASSES)
    .map((each) => each.index);
}

/** Metrics that options change; the numbers of the others are those that came with the maps. */
export function changedMetrics(options: AgreementOptions, metrics: readonly MetricInfo[]): readonly string[] {
  return metrics.filter(({ uses }) => uses?.some((option) => option in options)).map(({ id }) => id);
}

/** The maps in the table, compared anew where the options are not the usual ones. */
export function remeasured(
  state: State,
  replies: Replies,
  image: string,
  model: string,
  methods: readonly MethodInfo[],
  index: number,
): readonly Want[] {
  const options = optionsOf(state);
  if (options === null) return [];
  const keys = keysFor(state, image);
  const maps = tableClasses(state, replies, index).flatMap((of) =>
    methods.flatMap(({ id }) => {
      const explained = replies.value('explain', keys.explain(id, of));
      return explained && explained.agreement.length > 0 ? [explained.map] : [];
    }),
  );
  const metrics = changedMetrics(options, replies.value('metrics', keys.metrics) ?? []);
  if (maps.length === 0 || metrics.length === 0) return [];
  const request = { image, model, maps, options, metrics };
  return [{ kind: 'agreement', keys: maps.map((map) => keys.agreement(map)), request }];
}

/** The other drawn classes, where the table shows all: of each method at once, once its turn has come. */
export function otherDrawn(
  state: State,
  replies: Replies,
  image: string,
  model: string,
  methods: readonly MethodInfo[],
  index: number,
): readonly Want[] {
  const keys = keysFor(state, image);
  const others = tableClasses(state, replies, index).filter((of) => of !== index);
  if (others.length === 0) return [];
  return methods.flatMap(({ id }): Want[] => {
    if (replies.get('explain', keys.explain(id, index)).status !== 'done') return [];
    const request = explainRequest(image, model, id, ownParameters(state, id), others);
    return [{ kind: 'explain', keys: others.map((of) => keys.explain(id, of)), request }];
  });
}
