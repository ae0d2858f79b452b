import type { Heatmap } from '../explainers/results.ts';
import type { Replies } from './replies.ts';
import { activeMethods, currentImage, keysFor, ownParameters } from './selection.ts';
import type { State } from './state.ts';
import { explainRequest, type Want } from './want.ts';

/** What is measured when somebody asks for a map's faithfulness, in parts, so that what is quick is seen first. */
export const ASSESSED: readonly (readonly string[])[] = [
  ['deletion', 'insertion'],
  ['maxSensitivity', 'parameterRandomisation'],
];

/** What was asked for by a button: the faithfulness of maps, one at a time, and how alike they are. */
export function askedFor(state: State, replies: Replies, image: string, model: string, index: number): readonly Want[] {
  const keys = keysFor(state, image);
  const wants: Want[] = [];
  const open = (section: string) => !state.ui.collapsed.includes(section);
  if (open('faithfulness')) wants.push({ kind: 'assessments', keys: [keys.metrics], request: {} });
  if (open('comparison')) wants.push({ kind: 'comparisons', keys: [keys.metrics], request: {} });
  const turn = assessTurn(state, replies, index);
  if (turn) {
    const parameters = ownParameters(state, turn.map.method);
    const request = explainRequest(image, model, turn.map.method, parameters, [index]);
    const metrics = ASSESSED[turn.part]!;
    wants.push({
      kind: 'assess',
      keys: [keys.assess(turn.explain, turn.part)],
      request: { ...request, metrics, maps: [turn.map] },
    });
  }
  const { key, methods, maps } = comparison(state, replies, index);
  if (state.wishes.compare && methods.length > 1) {
    const compared = methods.map((id) => ({ id, parameters: ownParameters(state, id) }));
    wants.push({ kind: 'compareMethods', keys: [key], request: { image, model, index, methods: compared, maps } });
  }
  return wants;
}

/** The part of the assessment that runs now, or is to be started: of what was asked first, the first that is not there. */
export function assessTurn(
  state: State,
  replies: Replies,
  index: number,
): { readonly explain: string; readonly part: number; readonly map: Heatmap } | null {
  const keys = keysFor(state, currentImage(state));
  const description = replies.value('describe', keys.describe);
  const shown = activeMethods(state, description?.methods ?? []).map(({ id }) => keys.explain(id, index));
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

/** The maps that can be compared with each other now, and under which key it is. */
export function comparison(state: State, replies: Replies, index: number) {
  const keys = keysFor(state, currentImage(state));
  const description = replies.value('describe', keys.describe);
  const found = activeMethods(state, description?.methods ?? []).flatMap(({ id }) => {
    const map = replies.value('explain', keys.explain(id, index))?.map;
    return map ? [{ id, map, key: `${keys.explain(id, index)} ${map.stoppedAt ?? ''}` }] : [];
  });
  return {
    key: keys.compare(found.map((each) => each.key)),
    methods: found.map((each) => each.id),
    maps: found.map((each) => each.map),
  };
}
