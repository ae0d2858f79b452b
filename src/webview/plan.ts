// What should be known by now, given the state: the page never "fires" requests, it says what it wants and the controller
// starts what is missing and stops what is no longer wanted.
import type { AnyParameters } from '../explainers/methods/parameters.ts';
import type {
  AgreementOptions,
  AgreementRequest,
  AssessRequest,
  CompareRequest,
  ExplainRequest,
  Heatmap,
  MethodInfo,
  MetricInfo,
  Prediction,
} from '../explainers/results.ts';
import type { Replies } from './replies.ts';
import { type State, USUAL_MEASURE } from './state.ts';

/** One request to the explainer and the keys that its reply fills. */
export type Want =
  | {
      readonly kind: 'metrics' | 'presets' | 'assessments' | 'comparisons';
      readonly keys: readonly [string];
      readonly request: Record<never, never>;
    }
  | { readonly kind: 'display'; readonly keys: readonly [string]; readonly request: { readonly image: string } }
  | { readonly kind: 'describe'; readonly keys: readonly [string]; readonly request: { readonly model: string } }
  | {
      readonly kind: 'predict' | 'annotations';
      readonly keys: readonly [string];
      readonly request: { readonly image: string; readonly model: string };
    }
  /** `keys[i]` is for `request.classes[i]`. */
  | { readonly kind: 'explain'; readonly keys: readonly string[]; readonly request: ExplainRequest }
  /** `keys[i]` is for `request.maps[i]`. */
  | { readonly kind: 'agreement'; readonly keys: readonly string[]; readonly request: AgreementRequest }
  | { readonly kind: 'assess'; readonly keys: readonly [string]; readonly request: AssessRequest }
  | { readonly kind: 'compareMethods'; readonly keys: readonly [string]; readonly request: CompareRequest };

/** Annotation files share one revision: which of them say something of an image is not known here. */
export const ANNOTATION_FILES = 'annotations:';

/** What is measured when somebody asks for a map's faithfulness, in parts, so that what is quick is seen first. */
export const ASSESSED: readonly (readonly string[])[] = [
  ['deletion', 'insertion'],
  ['maxSensitivity', 'parameterRandomisation'],
];

/** In the table of agreement: more are no longer read, but computed. */
const MOST_CLASSES = 20;

/** Classes explained ahead of being asked for, at most, and only where one takes less than this. */
const AHEAD = { classes: 8, milliseconds: 1500 };

function stamped(state: State, path: string): string {
  return `${path}@${state.resource.revisions[path] ?? 0}`;
}

/** The keys under which replies for an image and the present model are kept; null without a model. */
export function keysFor(state: State, image: string | undefined) {
  const { model } = state.navigation;
  const pair = image === undefined || model === null ? null : `${stamped(state, image)}|${stamped(state, model)}`;
  const annotated = pair && `${pair}|${stamped(state, ANNOTATION_FILES)}`;
  return {
    metrics: 'all',
    presets: 'all',
    display: image === undefined ? '' : stamped(state, image),
    describe: model === null ? '' : stamped(state, model),
    predict: pair ?? '',
    annotations: annotated ?? '',
    explain: (method: string, index: number) =>
      `${annotated}|${method}|${JSON.stringify(ownParameters(state, method))}|${index}`,
    agreement: ({ method, index, stoppedAt }: Pick<Heatmap, 'method' | 'index' | 'stoppedAt'>) => {
      const parameters = JSON.stringify(ownParameters(state, method));
      return [annotated, method, parameters, index, stoppedAt ?? 1, JSON.stringify(optionsOf(state))].join('|');
    },
    /** By the key of the map, and the part of {@link ASSESSED}. */
    assess: (explain: string, part: number) => `${explain}|${part}`,
    compare: (explained: readonly string[]) => explained.join(' & '),
  };
}

/** What the user changed of a method's parameters, for the present model; in one order, so that keys are equal. */
export function ownParameters(state: State, method: string): AnyParameters {
  const own = state.ui.parameters[state.navigation.model ?? '']?.[method] ?? {};
  return Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How maps are compared, as far as it is not the usual way; null: it is, and `explain` has told the numbers already. */
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
  const can = (id: string) => methods.find((method) => method.id === id && !method.unavailable);
  const active = named.flatMap((id) => can(id) ?? []);
  if (active.length > 0 || state.ui.methods !== null || named.length === 0) return active;
  // Nobody has chosen yet and the usual method cannot run: better any map than none.
  return methods.filter((method) => !method.unavailable).slice(0, 1);
}

/**
 * The class that is explained: the user's choice, else the best of the predicted ones, else the best of the annotated ones,
 * else the best. Null while it cannot be told.
 */
export function selectedClass(state: State, replies: Replies): number | null {
  const keys = keysFor(state, currentImage(state));
  const prediction = replies.value('predict', keys.predict);
  const { chosen } = state.navigation;
  if (chosen !== null) return !prediction || chosen < prediction.scores.length ? chosen : null;
  if (!prediction) return null;
  const ranked = [...prediction.scores].sort((a, b) => b.score - a.score);
  const predicted = ranked.find((each) => each.predicted);
  if (predicted) return predicted.index;
  const annotations = replies.get('annotations', keys.annotations);
  if (annotations.status === 'idle' || annotations.status === 'waiting') return null;
  const states = annotations.status === 'done' ? annotations.value.states : {};
  const annotated = ranked.find((each) => states[each.index] === 'drawn' || states[each.index] === 'present');
  return (annotated ?? ranked[0])?.index ?? null;
}

function explainRequest(
  image: string,
  model: string,
  method: string,
  parameters: AnyParameters | undefined,
  classes: readonly number[],
): ExplainRequest {
  return parameters && Object.keys(parameters).length > 0
    ? { image, model, method, classes, parameters }
    : { image, model, method, classes };
}

/** Everything that is wanted now, most urgent first. */
export function plan(state: State, replies: Replies): readonly Want[] {
  const { contents } = state.resource;
  const image = currentImage(state);
  const { model } = state.navigation;
  if (!contents || image === undefined) return [];
  const keys = keysFor(state, image);
  const wants: Want[] = [{ kind: 'display', keys: [keys.display], request: { image } }];
  if (model === null || !contents.trusted) return [...wants, ...nextPicture(state, replies)];
  wants.push(
    { kind: 'describe', keys: [keys.describe], request: { model } },
    { kind: 'predict', keys: [keys.predict], request: { image, model } },
    { kind: 'annotations', keys: [keys.annotations], request: { image, model } },
    { kind: 'metrics', keys: [keys.metrics], request: {} },
    { kind: 'presets', keys: [keys.presets], request: {} },
  );
  const description = replies.value('describe', keys.describe);
  const index = selectedClass(state, replies);
  const prediction = replies.value('predict', keys.predict);
  if (!description || !prediction || index === null) return [...wants, ...nextPicture(state, replies)];
  const methods = activeMethods(state, description.methods);
  const waiting = queued(state, replies, methods, index);
  // What takes a moment does not wait for what takes minutes.
  for (const { id } of [...methods].sort((a, b) => Number(a.slow) - Number(b.slow))) {
    if (waiting.has(id)) continue;
    const request = explainRequest(image, model, id, ownParameters(state, id), [index]);
    wants.push({ kind: 'explain', keys: [keys.explain(id, index)], request });
  }
  wants.push(...remeasured(state, replies, image, model, methods, index));
  wants.push(...otherDrawn(state, replies, image, model, methods, index));
  wants.push(...askedFor(state, replies, image, model, index));
  const ahead = nextPicture(state, replies);
  wants.push(...ahead);
  for (const { id } of methods) {
    const shown = replies.value('explain', keys.explain(id, index));
    if (!shown || shown.map.milliseconds > AHEAD.milliseconds) continue;
    const classes = likelyClasses(state, replies, prediction).filter((each) => each !== index);
    if (classes.length === 0) continue;
    const request = explainRequest(image, model, id, ownParameters(state, id), classes);
    wants.push({ kind: 'explain', keys: classes.map((each) => keys.explain(id, each)), request });
  }
  return wants;
}

/**
 * Methods that wait their turn: of those that run the model many times one runs at a time, in the order in which they were
 * switched on; the others take a moment and run at once.
 */
export function queued(
  state: State,
  replies: Replies,
  active: readonly MethodInfo[],
  index: number,
): ReadonlySet<string> {
  const keys = keysFor(state, currentImage(state));
  const open = active
    .filter((info) => info.slow)
    .map(({ id }) => ({ id, status: replies.get('explain', keys.explain(id, index)).status }))
    .filter(({ status }) => status === 'idle' || status === 'waiting');
  const turn = open.find(({ status }) => status === 'waiting') ?? open[0];
  return new Set(open.filter((each) => each !== turn).map(({ id }) => id));
}

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
function remeasured(
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
function otherDrawn(
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

/** What was asked for by a button: the faithfulness of maps, one at a time, and how alike they are. */
function askedFor(state: State, replies: Replies, image: string, model: string, index: number): readonly Want[] {
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

/** Predicted or annotated: those that people look at next. */
function likelyClasses(state: State, replies: Replies, prediction: Prediction): readonly number[] {
  const keys = keysFor(state, currentImage(state));
  const states = replies.value('annotations', keys.annotations)?.states ?? {};
  const marked = (index: number) => states[index] === 'drawn' || states[index] === 'present';
  return [...prediction.scores]
    .filter((each) => each.predicted || marked(each.index))
    .sort((a, b) => b.score - a.score)
    .slice(0, AHEAD.classes)
    .map((each) => each.index);
}

/** The next image of the set, once the present one is there. */
function nextPicture(state: State, replies: Replies): readonly Want[] {
  const { images, current } = state.navigation;
  const next = images[current + 1];
  if (next === undefined || replies.get('display', keysFor(state, currentImage(state)).display).status !== 'done') {
    return [];
  }
  return [{ kind: 'display', keys: [keysFor(state, next).display], request: { image: next } }];
}
