import { describe, expect, it } from 'vitest';
import { mapKinds } from '../../src/webview/methods/methodRows.ts';
import { obstacle } from '../../src/webview/page/obstacle.ts';
import { keysFor } from '../../src/webview/state/selection.ts';
import type { State } from '../../src/webview/state/state.ts';
import { classList, drawnShapes, methodRows, overlays, status } from './moments.ts';
import { makeWorld, type World } from './world.ts';

const withUi = (state: State, ui: Partial<State['ui']>): State => ({ ...state, ui: { ...state.ui, ...ui } });

/** The world with these methods' heatmaps for a class already there. */
function explained(methods: readonly string[], index = 4): World {
  const world = makeWorld();
  const keys = keysFor(world.state, world.state.navigation.images[0]);
  for (const method of methods) {
    const { maps, agreement } = world.scene.explain(method, [index]);
    world.replies.set('explain', keys.explain(method, index), { status: 'done', value: { map: maps[0]!, agreement } });
  }
  return { ...world, state: withUi(world.state, { methods }) };
}

describe('classList', () => {
  it('lists few classes all, best first, with marks and the selected one', () => {
    const { state, replies } = makeWorld();
    const list = classList(state, replies)!;
    expect(list.rows).toHaveLength(14);
    expect(list.rows.slice(0, 3).map((row) => row.label)).toEqual(['Mass', 'Nodule', 'Infiltration']);
    expect(list.rows.filter((row) => row.mark).map((row) => [row.label, row.mark])).toEqual([
      ['Mass', 'drawn'],
      ['Nodule', 'drawn'],
      ['Effusion', 'present'],
      ['Hernia', 'absent'],
    ]);
    expect(list.rows.filter((row) => row.selected).map((row) => row.label)).toEqual(['Mass']);
    expect(list).toMatchObject({ filterable: false, thresholded: true, pinned: false, left: 0 });
  });

  it('keeps the model’s order when asked to', () => {
    const { state, replies } = makeWorld();
    const rows = classList(withUi(state, { order: 'model' }), replies)!.rows;
    expect(rows.map((row) => row.index)).toEqual([...Array(14).keys()]);
  });

  it('lists the best of a thousand, and the chosen one wherever it is', () => {
    const { state, replies } = makeWorld('photos');
    const chosen = { ...state, navigation: { ...state.navigation, chosen: 777 } };
    const list = classList(chosen, replies)!;
    expect(list.rows).toHaveLength(13);
    expect(list.rows.at(-1)).toMatchObject({ index: 777, selected: true });
    expect(list).toMatchObject({ filterable: true, thresholded: false, total: 1000, left: 987 });
  });

  it('finds classes by name in any case, and by index', () => {
    const { state, replies } = makeWorld('photos');
    const found = (filter: string) => classList(withUi(state, { filter }), replies)!;
    expect(found('CAT').rows.map((row) => row.index)).toEqual([285]);
    expect(found('285').rows.map((row) => row.index)).toContain(285);
    expect(found('class').rows).toHaveLength(999);
    expect(found('class').rows[0]).toMatchObject({ rank: 2 });
    expect(found('zebra').rows).toEqual([]);
  });
});

describe('methods and overlays', () => {
  it('tells what is on, what can run, and what is shown', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const rows = methodRows(state, replies)!;
    expect(rows.map((row) => [row.info.id, row.on, row.visible])).toEqual([
      ['gradCam', true, true],
      ['gradient', true, true],
      ['inputXGradient', false, false],
      ['lrp', false, false],
    ]);
    expect(rows.at(-1)?.info.unavailable?.message).toContain('GridSample');
  });

  it('stacks heatmaps in the order in which they were switched on', () => {
    const { state, replies } = explained(['gradient', 'gradCam']);
    expect(overlays(state, replies).map((each) => each.info.id)).toEqual(['gradient', 'gradCam']);
  });

  it('shows one alone, or none, without forgetting the others', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    expect(overlays(withUi(state, { solo: 'gradient' }), replies).map((each) => each.info.id)).toEqual(['gradient']);
    expect(overlays(withUi(state, { overlay: false }), replies)).toEqual([]);
  });

  it('tells which colours are wanted by the maps, and before there are any by the methods', () => {
    const of = ({ state, replies }: World) => mapKinds(methodRows(state, replies)!.filter((row) => row.on));
    expect(of(explained(['gradCam']))).toEqual({ signed: false, unsigned: true });
    expect(of(explained(['gradCam', 'gradient']))).toEqual({ signed: true, unsigned: true });
    const world = explained(['gradCam']);
    const key = keysFor(world.state, world.state.navigation.images[0]).explain('gradCam', 4);
    const { map, agreement } = world.replies.value('explain', key)!;
    world.replies.set('explain', key, { status: 'done', value: { map: { ...map, signed: true }, agreement } });
    expect(of(world)).toEqual({ signed: true, unsigned: false });
    const asked = makeWorld();
    expect(of({ ...asked, state: withUi(asked.state, { methods: ['gradient'] }) })).toEqual({
      signed: true,
      unsigned: false,
    });
  });

  it('puts the shapes of the class explained on top', () => {
    const { state, replies } = makeWorld();
    expect(drawnShapes(state, replies).map((each) => [each.annotation.label, each.selected])).toEqual([
      ['Nodule', false],
      ['Mass', true],
    ]);
    expect(drawnShapes(withUi(state, { annotations: false }), replies)).toEqual([]);
  });
});

describe('obstacle and status', () => {
  it.each([
    [{ trusted: false }, 'untrusted'],
    [{ model: null }, 'noModel'],
    [{ images: [] }, 'empty'],
    [{}, undefined],
  ] as const)('%j stands for %s', (contents, kind) => {
    expect(obstacle(makeWorld('chest', [], contents).state)?.kind).toBe(kind);
  });

  it('says what is waited for, with the progress’ own words where there are some', () => {
    const { state, replies } = makeWorld('chest', ['describe']);
    const keys = keysFor(state, state.navigation.images[0]);
    replies.set('predict', keys.predict, { status: 'waiting', progress: null, since: 0 });
    expect(status(state, replies)).toEqual({ text: 'Computing the scores…', busy: true });
    const progress = { stage: 'predict', message: 'Compiling', fraction: 0.5 } as const;
    replies.set('predict', keys.predict, { status: 'waiting', progress, since: 0 });
    expect(status(state, replies)).toEqual({ text: 'Compiling', busy: true });
  });

  it('says what is shown in the end', () => {
    const { state, replies } = explained(['gradCam']);
    expect(status(state, replies)).toEqual({ text: 'Grad-CAM for Mass.', busy: false });
  });
});
