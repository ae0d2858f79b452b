// The table of agreement, derived from state and replies: a row per method, and under each class the scores of maps
// without information.

import type { Agreement, MetricInfo } from '../../explainers/contracts/results.ts';
import { greatest, least } from '../../explainers/lists.ts';
import { own } from '../../explainers/tables.ts';
import { type MethodRow, titleOf } from '../methods/methodRows.ts';
import { changedMetrics, tableClasses } from '../state/plan/planAgreement.ts';
import type { Scene } from '../state/scene.ts';
import { optionsOf } from '../state/selection.ts';

export interface AgreementCell {
  readonly value: number | null;
  /** Why there is no value. */
  readonly reason: string | null;
  /** The number of the reason in the table's list, from 1; null: there is a value, or its column is hidden. */
  readonly note: number | null;
  /** No other method is better for this class, and at least one is worse. */
  readonly best: boolean;
}

export interface AgreementRow {
  /** A method, one of the baselines, or the agreement among readers. */
  readonly kind: 'method' | 'wholeImage' | 'random' | 'readers';
  /** The method's id; else the kind. */
  readonly id: string;
  readonly title: string;
  readonly about: string | null;
  /** By metric; a metric that is not reported is absent. */
  readonly cells: Readonly<Record<string, AgreementCell>>;
}

export interface AgreementGroup {
  readonly index: number;
  readonly label: string;
  readonly rows: readonly AgreementRow[];
}

export interface SortWish {
  readonly metric: string;
  readonly best: 'first' | 'last';
}

export interface AgreementTable {
  /** The class being explained. */
  readonly label: string;
  /** The visible metrics, in the order of `metrics`. */
  readonly columns: readonly MetricInfo[];
  /** All metrics. */
  readonly metrics: readonly MetricInfo[];
  readonly groups: readonly AgreementGroup[];
  readonly reasons: readonly string[];
  readonly sort: SortWish | null;
  /** How many classes are drawn in the image; if there are several, the table can show all. */
  readonly drawn: number;
  readonly allClasses: boolean;
  /** Numbers are being computed; the visible ones are old or missing. */
  readonly pending: boolean;
  /** Why there are no rows. */
  readonly empty: string | null;
}

/**
 * The columns for a narrow side bar: where the peak is, where the evidence is, how well a mask fits, and how large it
 * is.
 */
const USUAL_COLUMNS: readonly string[] = ['pointingGame', 'energyPointing', 'iou', 'coverage'];

const BASELINES = {
  wholeImage: {
    title: 'Whole image',
    about: 'The score of a map that is the same everywhere, or of a mask that covers everything.',
  },
  random: {
    title: 'Random map',
    about: 'The mean score of noise maps, in which each pixel is independent and uniform between 0 and 1.',
  },
} as const;

/** How well the heatmaps shown agree with the annotation; null while there is no class. */
export function agreementTable(scene: Scene, on: readonly MethodRow[]): AgreementTable | null {
  const { state, prediction, selected, marks } = scene;
  if (!selected) return null;
  const { index, label } = selected;
  const labelOf = (of: number) => prediction?.scores.find((each) => each.index === of)?.label;
  const all = agreementMetrics(scene);
  const { sort, allClasses } = state.ui.agreement;
  const shown = visibleMetrics(scene);
  const notes = new Notes(shown.map(({ id }) => id));
  let pending = false;
  const groups = tableClasses(scene, index).flatMap((of): AgreementGroup[] => {
    const measured = on.map((row) => {
      const found = agreementFor(scene, row.info.id, of);
      if (found === 'pending') pending = true;
      return { row, agreement: typeof found === 'string' ? null : found };
    });
    const methods = measured.flatMap(({ row, agreement }) =>
      agreement && agreement.length > 0 ? [{ row, agreement }] : [],
    );
    if (methods.length === 0) return [];
    const rows = marked(
      methods.map(({ row, agreement }) => methodRow(row, agreement, notes)),
      all,
    );
    const sorted = sort ? sortedBy(rows, sort, all) : rows;
    const first = methods[0]!.agreement;
    return [
      {
        index: of,
        label: labelOf(of) ?? String(of),
        rows: [...sorted, ...baselineRows(first, notes), ...readersRow(scene, of)],
      },
    ];
  });
  return {
    label,
    columns: shown,
    metrics: all,
    groups,
    reasons: notes.all,
    sort,
    drawn: Object.values(marks).filter((mark) => mark === 'drawn').length,
    allClasses,
    pending,
    empty: groups.length > 0 ? null : pending ? 'Comparing…' : whyNone(scene, label, on),
  };
}

function agreementMetrics({ catalogue }: Scene): readonly MetricInfo[] {
  return catalogue.metrics.filter((metric) => metric.group === 'agreement');
}

/** The metrics that the user wants to see, in the order of the catalogue. */
export function visibleMetrics(scene: Scene): readonly MetricInfo[] {
  const all = agreementMetrics(scene);
  const wanted = all.filter((metric) => (scene.state.ui.agreement.columns ?? USUAL_COLUMNS).includes(metric.id));
  return wanted.length > 0 ? wanted : all.slice(0, 3);
}

/** The numbers of a method and class under the current options; `none`: there is no map. */
export function agreementFor(
  { state, replies, keys, catalogue }: Scene,
  method: string,
  index: number,
): readonly Agreement[] | 'pending' | 'none' {
  const reply = replies.get('explain', keys.explain(method, index));
  if (reply.status === 'waiting') return 'pending';
  if (reply.status !== 'done') return 'none';
  const options = optionsOf(state);
  const { map, agreement } = reply.value;
  if (options === null || agreement.length === 0) return agreement;
  const changed = changedMetrics(options, catalogue.metrics);
  if (changed.length === 0) return agreement;
  const measured = replies.get('agreement', keys.agreement(map));
  if (measured.status === 'done')
    return [...agreement.filter(({ metric }) => !changed.includes(metric)), ...measured.value];
  return measured.status === 'failed' ? 'none' : 'pending';
}

function methodRow(row: MethodRow, agreement: readonly Agreement[], notes: Notes): AgreementRow {
  return {
    kind: 'method',
    id: row.info.id,
    title: titleOf(row),
    about: null,
    cells: Object.fromEntries(agreement.map((each) => [each.metric, notes.cell(each.metric, each.value, each.reason)])),
  };
}

/** The same for every method, because they do not depend on the map. */
function baselineRows(agreement: readonly Agreement[], notes: Notes): readonly AgreementRow[] {
  return (['wholeImage', 'random'] as const).flatMap((kind) => {
    const cells = agreement.flatMap(({ metric, baselines }) => {
      if (!baselines) return [];
      return [[metric, notes.cell(metric, baselines[kind], 'this metric has no such baseline here')] as const];
    });
    return cells.length === 0 ? [] : [{ kind, id: kind, ...BASELINES[kind], cells: Object.fromEntries(cells) }];
  });
}

/** The agreement of experts with each other; no heatmap needs to be better than that. */
function readersRow({ annotations }: Scene, index: number): readonly AgreementRow[] {
  if (annotations.status !== 'done') return [];
  const found = annotations.value.readers?.find((each) => each.index === index);
  if (!found) return [];
  return [
    {
      kind: 'readers',
      id: 'readers',
      title: `${found.readers.length} readers`,
      about: `The human ceiling: mean IoU of all pairs of ${found.readers.join(', ')}; ${found.drew} of them drew the class.`,
      cells: { iou: { value: found.iou, reason: null, note: null, best: false } },
    },
  ];
}

/** Marks the best of each column, if there is more than one to compare. */
function marked(rows: readonly AgreementRow[], metrics: readonly MetricInfo[]): readonly AgreementRow[] {
  const best = new Map<string, number>();
  for (const { id, better } of metrics) {
    const values = rows.flatMap(({ cells }) => own(cells, id)?.value ?? []);
    const [low, high] = [least(values), greatest(values)];
    if (better !== 'neither' && values.length > 1 && low < high) best.set(id, better === 'up' ? high : low);
  }
  return rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(
      Object.entries(row.cells).map(([id, cell]) => [
        id,
        { ...cell, best: cell.value !== null && cell.value === best.get(id) },
      ]),
    ),
  }));
}

/** Missing numbers come last in either sort order. */
function sortedBy(
  rows: readonly AgreementRow[],
  { metric, best }: SortWish,
  metrics: readonly MetricInfo[],
): readonly AgreementRow[] {
  const down = metrics.find((each) => each.id === metric)?.better === 'down';
  const sign = (best === 'first') === down ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [own(a.cells, metric)?.value ?? null, own(b.cells, metric)?.value ?? null];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * (x - y);
  });
}

/** Every reason for a missing number in a visible column, once. */
class Notes {
  readonly all: string[] = [];
  readonly #shown: readonly string[];

  constructor(shown: readonly string[]) {
    this.#shown = shown;
  }

  cell(metric: string, value: number | null, reason = 'no reason was given'): AgreementCell {
    if (value !== null) return { value, reason: null, note: null, best: false };
    if (!this.#shown.includes(metric)) return { value, reason, note: null, best: false };
    const at = this.all.indexOf(reason);
    return { value, reason, note: at >= 0 ? at + 1 : this.all.push(reason), best: false };
  }
}

function whyNone({ state, annotations, index }: Scene, label: string, on: readonly MethodRow[]): string {
  if (annotations.status === 'failed') return 'The annotations could not be read.';
  if (annotations.status !== 'done') return 'Reading the annotations…';
  const { files, states } = annotations.value;
  if (files.length === 0) return 'There are no annotation files. Name them in the model card under “annotations”.';
  if (state.ui.agreement.allClasses && !Object.values(states).includes('drawn'))
    return 'No region of any class is drawn in this image.';
  const mark = index === null ? undefined : states[index];
  if (mark === 'present') return `${label} is annotated as present, but nobody drew where.`;
  if (mark === 'absent') return `${label} is annotated as absent, so there is no region to agree with.`;
  if (mark === 'uncertain') return `${label} is annotated as uncertain, so there is no region to agree with.`;
  if (mark === undefined) return `The annotations do not mention ${label} in this image.`;
  return on.length === 0 ? 'Switch on a method to see how its heatmap agrees.' : 'No metric was computed.';
}
