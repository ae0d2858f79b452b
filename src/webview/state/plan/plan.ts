// What should be known, given the state: the page never "fires" requests, it says what it needs, and the controller
// starts what is missing and stops what is no longer needed.

import type { Prediction } from '../../../explainers/contracts/results.ts';
import { append } from '../../../explainers/lists.ts';
import { queued as queuedOf } from '../../../explainers/protocol/firstRequests.ts';
import { furtherInputs } from '../../inputs/inputFields.ts';
import type { Scene } from '../scene.ts';
import { givenInputs, keysFor } from '../selection.ts';
import { firstWants } from './firstWants.ts';
import { otherDrawn, remeasured } from './planAgreement.ts';
import { askedFor } from './planAsked.ts';
import { laidOut } from './planLayout.ts';
import { compared } from './planOther.ts';
import { type Explained, explainWant, type Want } from './want.ts';

/** The most classes that are explained ahead of a request, and only where one takes less than this. */
const AHEAD = { classes: 8, milliseconds: 1500 };

/** Everything that is needed now, most urgent first. */
export function plan(scene: Scene): readonly Want[] {
  const { state, replies, image, keys, description, prediction, index, active } = scene;
  const { contents } = state.resource;
  const { model, against } = state.navigation;
  if (!contents || image === undefined) return [];
  const opens = contents.trusted ? model : null;
  const ready = description && prediction ? index : null;
  const show = description?.card.input.show;
  const wants: Want[] = [...firstWants(scene, { image, model: opens, index: ready, methods: active, show })];
  if (opens !== null && description && furtherInputs(description.card).length > 0) {
    const inputs = givenInputs(state, image);
    wants.push({ kind: 'inputs', keys: [keys.inputs], request: { image, model: opens, ...(inputs && { inputs }) } });
  }
  if (opens === null || !description || !prediction || index === null) return [...wants, ...nextImage(scene)];
  const shown: Explained = { scene, image, model: opens, index };
  append(wants, [
    ...remeasured(shown),
    ...otherDrawn(shown),
    ...laidOut(shown),
    ...compared(shown),
    ...askedFor(shown),
    ...nextImage(scene),
  ]);
  for (const { id } of active) {
    const first = replies.value('explain', keys.explain(id, index));
    if (!first || first.map.milliseconds > AHEAD.milliseconds) continue;
    const classes = likelyClasses(scene, prediction).filter((each) => each !== index && each !== against);
    if (classes.length > 0) wants.push(explainWant(shown, id, classes));
  }
  return wants;
}

/** Methods that wait their turn. */
export function queued({ active, replies, keys, index }: Scene): ReadonlySet<string> {
  if (index === null) return new Set();
  return queuedOf(active, (method) => replies.get('explain', keys.explain(method, index)).status);
}

/** Predicted or annotated classes, which people usually look at next. */
function likelyClasses({ marks }: Scene, prediction: Prediction): readonly number[] {
  const marked = (index: number) => marks[index] === 'drawn' || marks[index] === 'present';
  return [...prediction.scores]
    .filter((each) => each.predicted || marked(each.index))
    .sort((a, b) => b.score - a.score)
    .slice(0, AHEAD.classes)
    .map((each) => each.index);
}

/** The next image of the set, once the current one has arrived; and its scores, once this one's maps have. */
function nextImage({ state, replies, keys, description, active, index }: Scene): readonly Want[] {
  const { images, current, model } = state.navigation;
  const next = images[current + 1];
  if (next === undefined || replies.get('display', keys.display).status !== 'done') return [];
  const show = description?.card.input.show;
  const nextKeys = keysFor(state, next, show);
  const picture: Want = { kind: 'display', keys: [nextKeys.display], request: { image: next, ...(show && { show }) } };
  const settled = ({ id }: { readonly id: string }) =>
    index !== null && ['done', 'failed'].includes(replies.get('explain', keys.explain(id, index)).status);
  if (model === null || !description || index === null || !active.every(settled)) return [picture];
  const inputs = givenInputs(state, next);
  return [
    picture,
    { kind: 'predict', keys: [nextKeys.predict], request: { image: next, model, ...(inputs && { inputs }) } },
  ];
}
