// What should be known by now, given the state: the page never "fires" requests, it says what it wants and the controller
// starts what is missing and stops what is no longer wanted.

import type { Prediction } from '../../explainers/contracts/results.ts';
import { append } from '../../explainers/lists.ts';
import { otherDrawn, remeasured } from './planAgreement.ts';
import { askedFor } from './planAsked.ts';
import type { Scene } from './scene.ts';
import { keysFor } from './selection.ts';
import { type Explained, explainWant, type Want } from './want.ts';

/** Classes explained ahead of being asked for, at most, and only where one takes less than this. */
const AHEAD = { classes: 8, milliseconds: 1500 };

/** Everything that is wanted now, most urgent first. */
export function plan(scene: Scene): readonly Want[] {
  const { state, replies, image, keys, description, prediction, index, active } = scene;
  const { contents } = state.resource;
  const { model } = state.navigation;
  if (!contents || image === undefined) return [];
  const wants: Want[] = [{ kind: 'display', keys: [keys.display], request: { image } }];
  if (model === null || !contents.trusted) return [...wants, ...nextPicture(scene)];
  wants.push(
    { kind: 'describe', keys: [keys.describe], request: { model } },
    { kind: 'predict', keys: [keys.predict], request: { image, model } },
    { kind: 'annotations', keys: [keys.annotations], request: { image, model } },
    { kind: 'metrics', keys: [keys.metrics], request: {} },
    { kind: 'presets', keys: [keys.presets], request: {} },
  );
  if (!description || !prediction || index === null) return [...wants, ...nextPicture(scene)];
  const shown: Explained = { scene, image, model, index };
  const waiting = queued(scene);
  // What takes a moment does not wait for what takes minutes.
  for (const { id } of [...active].sort((a, b) => Number(a.slow) - Number(b.slow))) {
    if (!waiting.has(id)) wants.push(explainWant(shown, id, [index]));
  }
  append(wants, [...remeasured(shown), ...otherDrawn(shown), ...askedFor(shown), ...nextPicture(scene)]);
  for (const { id } of active) {
    const first = replies.value('explain', keys.explain(id, index));
    if (!first || first.map.milliseconds > AHEAD.milliseconds) continue;
    const classes = likelyClasses(scene, prediction).filter((each) => each !== index);
    if (classes.length > 0) wants.push(explainWant(shown, id, classes));
  }
  return wants;
}

/**
 * Methods that wait their turn: of those that run the model many times one runs at a time, in the order in which they were
 * switched on; the others take a moment and run at once.
 */
export function queued({ replies, keys, active, index }: Scene): ReadonlySet<string> {
  if (index === null) return new Set();
  const open = active
    .filter((info) => info.slow)
    .map(({ id }) => ({ id, status: replies.get('explain', keys.explain(id, index)).status }))
    .filter(({ status }) => status === 'idle' || status === 'waiting');
  const turn = open.find(({ status }) => status === 'waiting') ?? open[0];
  return new Set(open.filter((each) => each !== turn).map(({ id }) => id));
}

/** Predicted or annotated: those that people look at next. */
function likelyClasses({ marks }: Scene, prediction: Prediction): readonly number[] {
  const marked = (index: number) => marks[index] === 'drawn' || marks[index] === 'present';
  return [...prediction.scores]
    .filter((each) => each.predicted || marked(each.index))
    .sort((a, b) => b.score - a.score)
    .slice(0, AHEAD.classes)
    .map((each) => each.index);
}

/** The next image of the set, once the present one is there. */
function nextPicture({ state, replies, keys }: Scene): readonly Want[] {
  const { images, current } = state.navigation;
  const next = images[current + 1];
  if (next === undefined || replies.get('display', keys.display).status !== 'done') return [];
  return [{ kind: 'display', keys: [keysFor(state, next).display], request: { image: next } }];
}
