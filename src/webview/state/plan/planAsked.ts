import type { Heatmap } from '../../../explainers/contracts/results.ts';
import { explainRequest } from '../../../explainers/protocol/firstRequests.ts';
import { furtherInputs } from '../../inputs/inputFields.ts';
import { regionWanted } from '../../regions/regionGone.ts';
import type { Scene } from '../scene.ts';
import { explainedAs, ownParameters } from '../selection.ts';
import { ASSESSED } from './assessed.ts';
import type { Explained, Want } from './want.ts';

/** What the user requested with a button: the faithfulness of maps, one at a time, and how similar they are. */
export function askedFor(shown: Explained): readonly Want[] {
  const { scene, image, model, index } = shown;
  const { state, keys } = scene;
  const wants: Want[] = [];
  const of = { image, model, ...explainedAs(state, image) };
  const turn = assessTurn(scene);
  if (turn) {
    const request = {
      ...explainRequest(of, turn.map.method, [index], ownParameters(state, turn.map.method)),
      metrics: ASSESSED[turn.part]!,
      maps: [turn.map.id],
    };
    wants.push({ kind: 'assess', keys: [keys.assess(turn.explain, turn.part)], request });
  }
  const { key, methods, maps } = comparison(scene);
  if (state.wishes.compare && methods.length > 1) {
    const compared = methods.map((id) => ({ id, parameters: ownParameters(state, id) }));
    wants.push({ kind: 'compareMethods', keys: [key], request: { ...of, index, methods: compared, maps } });
  }
  const { sourcesMethod, collapsed } = state.ui;
  const several = scene.description !== null && furtherInputs(scene.description.card).length > 0;
  if (several && !collapsed.includes('sources')) {
    const methods = [{ id: sourcesMethod, parameters: ownParameters(state, sourcesMethod) }];
    const request = { ...of, classes: [index], methods };
    wants.push({ kind: 'sourceShares', keys: [keys.sources(index, sourcesMethod)], request });
  }
  const gone = collapsed.includes('region') ? null : regionWanted(scene);
  if (gone?.request && gone.key !== null) {
    const about = { image, model, ...(of.inputs && { inputs: of.inputs }), index };
    wants.push({ kind: 'withoutRegion', keys: [gone.key], request: { ...about, ...gone.request } });
  }
  for (const name of state.wishes.vary ?? []) {
    const request = { image, model, ...(of.inputs && { inputs: of.inputs }), name };
    wants.push({ kind: 'inputSweep', keys: [keys.vary(name)], request });
  }
  return wants;
}

/**
 * The part of the assessment that is running, or is to be started: the first missing one, in the order of the requests.
 */
export function assessTurn({
  state,
  replies,
  keys,
  active,
  index,
}: Scene): { readonly explain: string; readonly part: number; readonly map: Heatmap } | null {
  if (index === null) return null;
  const shown = active.map(({ id }) => keys.explain(id, index));
  const open = state.wishes.assess
    .filter((explain) => shown.includes(explain))
    .flatMap((explain) => {
      const map = replies.value('explain', explain)?.map;
      if (!map) return [];
      return ASSESSED.flatMap((_, part) => {
        const { status } = replies.get('assess', keys.assess(explain, part));
        return status === 'idle' || status === 'waiting' ? [{ explain, part, map, status }] : [];
      });
    });
  return open.find(({ status }) => status === 'waiting') ?? open[0] ?? null;
}

/** The maps that can be compared with each other now, and the key of the comparison. */
export function comparison({ replies, keys, active, index }: Scene) {
  const found = active.flatMap(({ id }) => {
    if (index === null) return [];
    const map = replies.value('explain', keys.explain(id, index))?.map;
    return map ? [{ id, map, key: `${keys.explain(id, index)} ${map.stoppedAt ?? ''}` }] : [];
  });
  return {
    key: keys.compare(found.map((each) => each.key)),
    methods: found.map((each) => each.id),
    maps: found.map(({ map }) => map.id),
  };
}
