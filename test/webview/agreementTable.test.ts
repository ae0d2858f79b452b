import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/extension/generated/catalogue.ts';
import { agreementCsv, agreementMarkdown } from '../../src/webview/agreement/agreementText.ts';
import { keysFor, optionsOf } from '../../src/webview/state/selection.ts';
import type { State } from '../../src/webview/state/state.ts';
import { USUAL_MEASURE } from '../../src/webview/state/ui.ts';
import { agreementTable, plan } from './moments.ts';
import { makeWorld, type World } from './world.ts';

const withUi = (state: State, ui: Partial<State['ui']>): State => ({ ...state, ui: { ...state.ui, ...ui } });
const layout = { columns: null, allClasses: false, sort: null } as const;

/** The world with the heatmaps of these methods for these classes already there. */
function explained(methods: readonly string[], classes: readonly number[] = [4]): World {
  const world = makeWorld();
  const keys = keysFor(world.state, world.state.navigation.images[0]);
  for (const method of methods) {
    for (const index of classes) {
      const { maps, agreement } = world.scene.explain(method, [index]);
      world.replies.set('explain', keys.explain(method, index), {
        status: 'done',
        value: { map: maps[0]!, agreement },
      });
    }
  }
  return { ...world, state: withUi(world.state, { methods }) };
}

type Table = ReturnType<typeof agreementTable>;
const values = (table: Table, metric: string) =>
  table?.groups.map(({ rows }) => rows.map(({ id, cells }) => [id, cells[metric]?.value]));
const best = (table: Table, metric: string) =>
  table?.groups[0]?.rows.filter(({ cells }) => cells[metric]?.best).map(({ id }) => id);

describe('agreementTable', () => {
  it('has a row per method, the baselines below, and a few columns that are enough', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const table = agreementTable(state, replies)!;
    expect(table).toMatchObject({ label: 'Mass', empty: null, pending: false, drawn: 2 });
    expect(table.columns.map((each) => each.id)).toEqual(['pointingGame', 'energyPointing', 'iou', 'coverage']);
    expect(values(table, 'energyPointing')).toEqual([
      [
        ['gradCam', 0.1234],
        ['gradient', 0.31],
        ['wholeImage', 0.0525],
        ['random', 0.05],
      ],
    ]);
  });

  it('marks the best of each column, in its direction, and where there is a choice', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const table = agreementTable(state, replies);
    expect(best(table, 'energyPointing')).toEqual(['gradient']);
    expect(best(table, 'iou')).toEqual([]); // only one has a number
    expect(best(table, 'coverage')).toEqual([]); // neither direction is better
    const { catalogue } = state.resource;
    const metrics = catalogue.metrics.map((each) => ({ ...each, better: 'down' as const }));
    const other = { ...state, resource: { ...state.resource, catalogue: { ...catalogue, metrics } } };
    expect(best(agreementTable(other, replies), 'energyPointing')).toEqual(['gradCam']);
  });

  it('keeps each reason of a missing number once', () => {
    const { state, replies } = explained(['gradient', 'inputXGradient']);
    const table = agreementTable(state, replies)!;
    expect(table.reasons).toEqual(['the map has the same value everywhere']);
    const reason = 'the map has the same value everywhere';
    expect(table.groups[0]!.rows[1]!.cells['iou']).toEqual({ value: null, reason, note: 1, best: false });
    // The reasons below the table are those of visible columns only.
    const hidden = agreementTable(withUi(state, { agreement: { ...layout, columns: ['auc'] } }), replies)!;
    expect(hidden.reasons).toEqual([]);
    expect(hidden.groups[0]!.rows[1]!.cells['iou']).toEqual({ value: null, reason, note: null, best: false });
  });

  it('shows the columns asked for, and sorts by one: missing numbers last', () => {
    const { state, replies } = explained(['gradient', 'gradCam']);
    const sorted = (metric: string, best: 'first' | 'last') => {
      const agreement = { ...layout, columns: ['auc', 'iou'], sort: { metric, best } };
      const table = agreementTable(withUi(state, { agreement }), replies)!;
      expect(table.columns.map((each) => each.id)).toEqual(['iou', 'auc']);
      return table.groups[0]!.rows.slice(0, 2).map(({ id }) => id);
    };
    expect(sorted('energyPointing', 'first')).toEqual(['gradient', 'gradCam']);
    expect(sorted('energyPointing', 'last')).toEqual(['gradCam', 'gradient']);
    expect(sorted('iou', 'first')).toEqual(['gradCam', 'gradient']);
    expect(sorted('iou', 'last')).toEqual(['gradCam', 'gradient']);
  });

  it('shows every drawn class when asked to, and has their maps made', () => {
    const { state, replies } = explained(['gradCam']);
    const all = withUi(state, { agreement: { ...layout, allClasses: true } });
    const classes = plan(all, replies).flatMap((want) => (want.kind === 'explain' ? [want.request.classes] : []));
    expect(classes).toContainEqual([5]);
    expect(values(agreementTable(all, replies), 'energyPointing')).toHaveLength(1);
    const both = explained(['gradCam'], [4, 5]);
    const table = agreementTable(withUi(both.state, { agreement: { ...layout, allClasses: true } }), both.replies)!;
    expect(table.groups.map(({ label }) => label)).toEqual(['Mass', 'Nodule']);
  });

  it('tells what readers reach among themselves', () => {
    const { state, replies, scene } = explained(['gradCam']);
    const keys = keysFor(state, state.navigation.images[0]);
    const readers = [{ index: 4, label: 'Mass', readers: ['R8', 'R9', 'R10'], drew: 2, iou: 0.42 }];
    const annotations = { ...scene.annotations('RG1.png'), readers };
    replies.set('annotations', keys.annotations, { status: 'done', value: annotations });
    const row = agreementTable(state, replies)!.groups[0]!.rows.at(-1)!;
    expect(row).toMatchObject({ kind: 'readers', title: '3 readers', cells: { iou: { value: 0.42 } } });
    expect(row.about).toContain('2 of them drew the class');
  });

  it.each([
    [2, 'present, but nobody drew where'],
    [13, 'absent'],
    [0, 'do not mention Atelectasis'],
  ])('says why class %i has none', (chosen, words) => {
    const { state, replies } = makeWorld();
    const table = agreementTable({ ...state, navigation: { ...state.navigation, chosen } }, replies)!;
    expect(table.groups).toEqual([]);
    expect(table.empty).toContain(words);
  });

  it('names the model card where there are no annotation files', () => {
    const { state, replies } = makeWorld('photos');
    expect(agreementTable(state, replies)?.empty).toContain('model card');
  });
});

describe('other options of agreement', () => {
  const measure = { threshold: 0.5, evidence: 'absolute', tolerance: 15 } as const;

  it('are none where all is as usual', () => {
    const { state } = makeWorld();
    expect(optionsOf(state)).toBeNull();
    expect(optionsOf(withUi(state, { measure }))).toEqual({
      threshold: { kind: 'fixed', value: 0.5 },
      evidence: 'absolute',
      tolerance: 15,
    });
  });

  it('have the maps compared again, all in one request, and not computed again', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const moved = withUi(state, { measure });
    const want = plan(moved, replies).find((each) => each.kind === 'agreement');
    expect(want?.request.maps.map((map) => map.method)).toEqual(['gradCam', 'gradient']);
    expect(want?.request.options).toEqual(optionsOf(moved));
    expect(want?.request.metrics).toEqual(CATALOGUE.metrics.map(({ id }) => id));
    const threshold = withUi(state, { measure: { ...USUAL_MEASURE, threshold: 0.5 } });
    const narrow = plan(threshold, replies).find((each) => each.kind === 'agreement');
    expect(narrow?.request.metrics).toEqual(['iou', 'dice', 'precision', 'recall', 'coverage']);
    expect(plan(state, replies).some((each) => each.kind === 'agreement')).toBe(false);
  });

  it('give no number until the new one is there, and each option its own', () => {
    const { state, replies, scene } = explained(['gradCam']);
    const moved = withUi(state, { measure: { ...USUAL_MEASURE, threshold: 0.5 } });
    expect(agreementTable(moved, replies)).toMatchObject({ pending: true, groups: [] });
    const want = plan(moved, replies).find((each) => each.kind === 'agreement')!;
    replies.set('agreement', want.keys[0]!, { status: 'done', value: scene.agreement(want.request) });
    const table = agreementTable(moved, replies)!;
    expect(table.pending).toBe(false);
    expect(values(table, 'iou')![0]![0]).toEqual(['gradCam', expect.closeTo(0.062)]);
    expect(values(agreementTable(state, replies), 'iou')![0]![0]).toEqual(['gradCam', 0.087]);
    expect(values(table, 'energyPointing')![0]![0]).toEqual(['gradCam', 0.1234]); // not changed by a threshold
    const further = withUi(state, { measure: { ...USUAL_MEASURE, threshold: 0.6 } });
    expect(agreementTable(further, replies)).toMatchObject({ pending: true });
  });
});

describe('the table as text', () => {
  it('has every metric, unrounded, in CSV', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const lines = agreementCsv(agreementTable(state, replies)!).split('\r\n');
    expect(lines[0]).toBe(['class', 'label', 'row', ...CATALOGUE.metrics.map(({ id }) => id)].join(','));
    expect(lines[0]).toMatch(/^class,label,row,pointingGame,energyPointing,iou,/);
    expect(lines[1]).toMatch(/^4,Mass,gradCam,0,0\.1234,0\.087,/);
    expect(lines[2]).toMatch(/^4,Mass,gradient,1,0\.31,,/);
    expect(lines).toHaveLength(6);
  });

  it('quotes what needs it', () => {
    const { state, replies } = explained(['gradCam']);
    const table = agreementTable(state, replies)!;
    const named = { ...table, groups: [{ ...table.groups[0]!, label: 'cat, "Egyptian"' }] };
    expect(agreementCsv(named)).toContain('4,"cat, ""Egyptian""",gradCam');
  });

  it('shows hostile labels, methods and reasons as texts', () => {
    const { state, replies } = explained(['gradCam']);
    const table = agreementTable(state, replies)!;
    const label = '=HYPERLINK("http://x")|](http://x)\n<b>`';
    const rows = [{ ...table.groups[0]!.rows[0]!, title: 'a | b' }];
    const hostile = { ...table, groups: [{ ...table.groups[0]!, label, rows }, table.groups[0]!], reasons: ['<i>'] };
    expect(agreementCsv(hostile)).toContain(`4,"'${label.replaceAll('"', '""')}",gradCam`);
    const text = agreementMarkdown(hostile);
    expect(text).toContain('| =HYPERLINK\\("http\\://x"\\)\\|\\]\\(http\\://x\\) \\<b\\>\\` | a \\| b | 0 |');
    expect(text).toContain('1. \\<i\\>');
  });

  it('is what is shown in Markdown, best in bold, reasons below', () => {
    const { state, replies } = explained(['gradCam', 'gradient']);
    const text = agreementMarkdown(agreementTable(state, replies)!);
    expect(text.split('\n').slice(0, 4)).toEqual([
      '| Method | Pointing game ↑ | Energy pointing game ↑ | Intersection over union ↑ | Coverage |',
      '| --- | ---: | ---: | ---: | ---: |',
      expect.stringMatching(/^\| Grad-CAM \| 0 \| 0\.123 \| 0\.087 \| 0\.\d+ \|$/),
      expect.stringMatching(/^\| Gradient \| \*\*1\*\* \| \*\*0\.310\*\* \| – \(1\) \| 0\.\d+ \|$/),
    ]);
    expect(text).toContain('1. the map has the same value everywhere');
  });
});
