import { describe, expect, it } from 'vitest';
import { withRevision } from '../../src/webview/state/changes.ts';
import { keysFor, selectedClass } from '../../src/webview/state/selection.ts';
import type { State } from '../../src/webview/state/state.ts';
import { ANNOTATION_FILES } from '../../src/webview/state/state.ts';
import { plan } from './moments.ts';
import { makeWorld } from './world.ts';

const kinds = (wants: ReturnType<typeof plan>) => wants.map((want) => want.kind);
const withUi = (state: State, ui: Partial<State['ui']>): State => ({ ...state, ui: { ...state.ui, ...ui } });
const withChosen = (state: State, chosen: number | null): State => ({
  ...state,
  navigation: { ...state.navigation, chosen },
});

describe('plan', () => {
  it('asks at first for the image and everything about it at once', () => {
    const { state, replies } = makeWorld('chest', []);
    expect(kinds(plan(state, replies))).toEqual(['display', 'describe', 'predict', 'annotations']);
  });

  it('asks for no model before the workspace is trusted', () => {
    const { state, replies } = makeWorld('chest', [], { trusted: false });
    expect(kinds(plan(state, replies))).toEqual(['display']);
  });

  it('asks for no model where none was found', () => {
    const { state, replies } = makeWorld('chest', [], { model: null });
    expect(kinds(plan(state, replies))).toEqual(['display']);
  });

  it('explains the best predicted class with the usual method as soon as there are scores', () => {
    const { state, replies } = makeWorld('chest', ['describe', 'predict']);
    const explain = plan(state, replies).find((want) => want.kind === 'explain');
    expect(explain?.request).toMatchObject({ method: 'gradCam', classes: [4] });
  });

  it('then explains the other predicted and annotated classes ahead, in one request', () => {
    const { state, replies, scene } = makeWorld();
    const keys = keysFor(state, state.navigation.images[0]);
    const [map] = scene.explain('gradCam', [4]).maps;
    replies.set('explain', keys.explain('gradCam', 4), { status: 'done', value: { map: map!, agreement: [] } });
    const ahead = plan(state, replies).filter((want) => want.kind === 'explain');
    expect(ahead.map((want) => want.request)).toMatchObject([{ classes: [4] }, { classes: [5, 2] }]);
  });

  it('does not explain ahead where one class takes long', () => {
    const { state, replies, scene } = makeWorld();
    const keys = keysFor(state, state.navigation.images[0]);
    const map = { ...scene.explain('gradCam', [4]).maps[0]!, milliseconds: 9000 };
    replies.set('explain', keys.explain('gradCam', 4), { status: 'done', value: { map, agreement: [] } });
    expect(plan(state, replies).filter((want) => want.kind === 'explain')).toHaveLength(1);
  });

  it('predicts the next image once the maps of this one are there, and no longer once the user has gone elsewhere', () => {
    const { state, replies, scene } = makeWorld();
    const [image, next] = state.navigation.images;
    const keys = keysFor(state, image);
    const predicted = (of: State) =>
      plan(of, replies).flatMap((want) => (want.kind === 'predict' ? [want.request.image] : []));
    replies.set('display', keys.display, { status: 'done', value: {} as never });
    expect(predicted(state)).toEqual([image]);
    const [map] = scene.explain('gradCam', [4]).maps;
    replies.set('explain', keys.explain('gradCam', 4), { status: 'done', value: { map: map!, agreement: [] } });
    expect(predicted(state)).toEqual([image, next]);
    const last = state.navigation.images.length - 1;
    const there = { ...state, navigation: { ...state.navigation, current: last } };
    expect(predicted(there)).toEqual([state.navigation.images[last]]);
  });

  it('fetches the next picture once this one is there', () => {
    const { state, replies } = makeWorld('chest', []);
    const keys = keysFor(state, state.navigation.images[0]);
    replies.set('display', keys.display, { status: 'done', value: {} as never });
    expect(plan(state, replies).filter((want) => want.kind === 'display')).toHaveLength(2);
  });

  it('sends only the parameters that the user changed', () => {
    const { state, replies } = makeWorld();
    const [plain] = plan(state, replies).filter((want) => want.kind === 'explain');
    expect(plain?.request).not.toHaveProperty('parameters');
    const changed = withUi(state, {
      parameters: { [state.navigation.model!]: { gradCam: { layer: 'features/denseblock3/out' } } },
    });
    const [own] = plan(changed, replies).filter((want) => want.kind === 'explain');
    expect(own?.request.parameters).toEqual({ layer: 'features/denseblock3/out' });
    expect(own?.keys).not.toEqual(plain?.keys);
  });

  it('asks for nothing that cannot run', () => {
    const { state, replies } = makeWorld();
    const wants = plan(withUi(state, { methods: ['lrp', 'gradient'] }), replies);
    expect(wants.flatMap((want) => (want.kind === 'explain' ? want.request.method : []))).toEqual(['gradient']);
  });

  it('runs slow methods one after the other, and quick ones first', () => {
    const { state, replies } = makeWorld('survey');
    const on = withUi(state, { methods: ['lime', 'occlusion', 'gradCam'] });
    const keys = keysFor(on, on.navigation.images[0]);
    const order = () => plan(on, replies).flatMap((want) => (want.kind === 'explain' ? [want.request.method] : []));
    expect(order()).toEqual(['gradCam', 'lime']);
    // The one that runs is not stopped for one that is asked for again.
    replies.set('explain', keys.explain('occlusion', 4), { status: 'waiting', progress: null, since: 0 });
    expect(order()).toEqual(['gradCam', 'occlusion']);
    replies.set('explain', keys.explain('occlusion', 4), {
      status: 'failed',
      error: { kind: 'cancelled', message: '' },
    });
    expect(order()).toEqual(['gradCam', 'lime', 'occlusion']);
  });

  it('keeps parameters by model, in one order', () => {
    const { state, replies } = makeWorld('survey');
    const { model } = state.navigation;
    const own = (parameters: State['ui']['parameters']) => {
      const wants = plan(withUi(state, { methods: ['lime'], parameters }), replies);
      return wants.find((want) => want.kind === 'explain')!;
    };
    expect(own({ '/other.onnx': { lime: { samples: 50 } } }).request).not.toHaveProperty('parameters');
    const one = own({ [model!]: { lime: { samples: 50, output: 'score' } } });
    const other = own({ [model!]: { lime: { output: 'score', samples: 50 } } });
    expect(one).toEqual(other);
    expect(one.request).toMatchObject({ parameters: { samples: 50, output: 'score' } });
  });

  it('asks again for what a changed file went into, and for nothing else', () => {
    const { state, replies } = makeWorld();
    const before = keysFor(state, state.navigation.images[0]);
    const model = keysFor(withRevision(state, state.navigation.model!, null), state.navigation.images[0]);
    expect(model.display).toBe(before.display);
    expect(model.predict).not.toBe(before.predict);
    const files = keysFor(withRevision(state, ANNOTATION_FILES, null), state.navigation.images[0]);
    expect(files.predict).toBe(before.predict);
    expect(files.annotations).not.toBe(before.annotations);
    expect(kinds(plan(withRevision(state, ANNOTATION_FILES, null), replies))).toContain('annotations');
  });
});

describe('selectedClass', () => {
  it('is the user’s choice', () => {
    const { state, replies } = makeWorld();
    expect(selectedClass(withChosen(state, 9), replies)).toBe(9);
  });

  it('is nothing where the choice is not a class of this model', () => {
    const { state, replies } = makeWorld();
    expect(selectedClass(withChosen(state, 99), replies)).toBeNull();
  });

  it('waits for the annotations only where nothing is predicted, and then prefers what is annotated', () => {
    const { state, replies, scene } = makeWorld('chest', ['describe']);
    const keys = keysFor(state, state.navigation.images[0]);
    const image = state.navigation.images[0]!;
    const scores = scene.predict(image).scores.map((each) => ({ ...each, predicted: false }));
    replies.set('predict', keys.predict, { status: 'done', value: { ...scene.predict(image), scores } });
    expect(selectedClass(state, replies)).toBeNull();
    const annotations = { ...scene.annotations(image), states: { 2: 'present' } as const };
    replies.set('annotations', keys.annotations, { status: 'done', value: annotations });
    expect(selectedClass(state, replies)).toBe(2);
    replies.set('annotations', keys.annotations, { status: 'failed', error: { kind: 'annotation', message: '' } });
    expect(selectedClass(state, replies)).toBe(4);
  });
});
