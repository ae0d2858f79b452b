// What should be known by now, given the state: the page never "fires" requests, it says what it wants and the controller
// starts what is missing and stops what is no longer wanted.
import type { MethodInfo, Prediction } from '../explainers/results.ts';
import { otherDrawn, remeasured } from './planAgreement.ts';
import { askedFor } from './planAsked.ts';
import type { Replies } from './replies.ts';
import { activeMethods, currentImage, keysFor, ownParameters, selectedClass } from './selection.ts';
import type { State } from './state.ts';
import { explainRequest, type Want } from './want.ts';

/** Classes explained ahead of being asked for, at most, and only where one takes less than this. */
const AHEAD = { classes: 8, milliseconds: 1500 };

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
