// What the table of agreement needs in addition to the maps shown.
import type { AgreementOptions, Heatmap, MapName, MetricInfo } from '../../../explainers/contracts/results.ts';
import type { Scene } from '../scene.ts';
import { explainedAs, optionsOf, ownParameters } from '../selection.ts';
import { shownClasses } from './planLayout.ts';
import { type Explained, explainWant, type Want } from './want.ts';

/** Nobody reads more rows of the table than this. */
const MOST_CLASSES = 20;

/** Classes in the table of agreement: the one being explained, or all that are drawn, best score first. */
export function tableClasses({ state, prediction, marks }: Scene, index: number): readonly number[] {
  if (!state.ui.agreement.allClasses) return [index];
  return (prediction?.scores ?? [])
    .filter((each) => marks[each.index] === 'drawn')
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST_CLASSES)
    .map((each) => each.index);
}

/** Metrics that depend on the options; the numbers of the others are those that came with the maps. */
export function changedMetrics(options: AgreementOptions, metrics: readonly MetricInfo[]): readonly string[] {
  return metrics.filter(({ uses }) => uses?.some((option) => option in options)).map(({ id }) => id);
}

/** The maps in the table, compared again if the options are not the default ones. */
export function remeasured({ scene, image, model, index }: Explained): readonly Want[] {
  const { state, replies, keys, active } = scene;
  const options = optionsOf(state);
  if (options === null) return [];
  const others = shownClasses(scene);
  const maps = active.flatMap(({ id }) =>
    [...new Set([...tableClasses(scene, index), ...(others.get(id) ?? [])])].flatMap((of) => {
      const explained = replies.value('explain', keys.explain(id, of));
      return explained && explained.agreement.length > 0 ? [nameOf(scene, explained.map)] : [];
    }),
  );
  const metrics = changedMetrics(options, scene.catalogue.metrics);
  if (maps.length === 0 || metrics.length === 0) return [];
  const request = { image, model, ...explainedAs(state, image), maps, options, metrics };
  return [{ kind: 'agreement', keys: maps.map((map) => keys.agreement(map)), request }];
}

/** A map as requests name it. */
export function nameOf({ state }: Scene, { id, method, index, against, stoppedAt }: Heatmap): MapName {
  const parameters = ownParameters(state, method);
  return {
    ...{ id, method, index },
    ...(against && { against }),
    ...(stoppedAt !== undefined && { stoppedAt }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
  };
}

/** The other drawn classes, if the table shows all: for each method at once, after the class being explained. */
export function otherDrawn(shown: Explained): readonly Want[] {
  const { replies, keys, active } = shown.scene;
  const others = tableClasses(shown.scene, shown.index).filter((of) => of !== shown.index);
  if (others.length === 0) return [];
  return active
    .filter(({ id }) => ['done', 'away'].includes(replies.get('explain', keys.explain(id, shown.index)).status))
    .map(({ id }) => explainWant(shown, id, others));
}
