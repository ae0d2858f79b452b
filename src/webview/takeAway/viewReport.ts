// What is known about the view, as facts and tables: the source of the Markdown, the CSV and the report.
import { own } from '../../explainers/tables.ts';
import { type AgreementTable, agreementTable } from '../agreement/agreementTable.ts';
import { comparedText } from '../classes/classList.ts';
import { alikeness } from '../comparison/alikeness.ts';
import { faithfulness } from '../faithfulness/faithfulness.ts';
import { relativePath } from '../format.ts';
import { shownIn } from '../page/shown.ts';
import { gridClasses } from '../state/gridClasses.ts';
import type { Scene } from '../state/scene.ts';

/** A number of the view. */
export interface Value {
  readonly table: 'scores' | 'agreement' | 'faithfulness' | 'comparison';
  /** Class index; null: of no class. */
  readonly index: number | null;
  readonly label: string;
  /** The row: a method, a baseline; empty for scores. */
  readonly row: string;
  readonly metric: string;
  readonly value: number | null;
  readonly reason: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface ViewReport {
  /** What is shown, in a few words. */
  readonly title: string;
  readonly image: string;
  readonly model: string;
  readonly sha256: string | null;
  readonly facts: readonly Fact[];
  /** Methods with the parameters that they ran with. */
  readonly methods: readonly { readonly id: string; readonly title: string; readonly parameters: string }[];
  readonly values: readonly Value[];
  readonly agreement: AgreementTable | null;
}

/** As many scores as anybody reads. */
const SCORES = 20;
/** The page never asks for another one. */
const SEED = 0;

/** Null while there is no prediction. */
export function viewReport(scene: Scene, sha256: string | null): ViewReport | null {
  const { state, image, description, prediction, selected } = scene;
  if (image === undefined || !description || !prediction || !selected) return null;
  const { rows, picture } = shownIn(scene);
  const on = (rows ?? []).filter((row) => row.on);
  const agreement = agreementTable(scene, on);
  const workspace = state.resource.contents?.workspace ?? null;
  const path = (file: string) => relativePath(file, workspace);
  const { card, engine } = description;
  const compared = comparedText(scene);
  const methods = on.map(({ info, explained }) => {
    const { parameters, stoppedAt } = explained?.map ?? { parameters: info.defaults, stoppedAt: undefined };
    const written = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    const partial = stoppedAt === undefined ? [] : [`stopped at ${Math.round(stoppedAt * 100)} %`];
    return { id: info.id, title: info.title, parameters: [...written, ...partial].join(', ') };
  });
  const facts: Fact[] = [
    { name: 'Image', value: path(image) },
    ...(picture ? [{ name: 'Image size', value: `${picture.info.size[1]} × ${picture.info.size[0]}` }] : []),
    { name: 'Model', value: path(card.model) },
    ...(sha256 === null ? [] : [{ name: 'Model SHA-256', value: sha256 }]),
    ...(card.path === null ? [] : [{ name: 'Model card', value: path(card.path) }]),
    { name: 'Class', value: `${selected.label} (${selected.index})` },
    ...(compared === null ? [] : [{ name: 'Compared with', value: compared }]),
    { name: 'Score', value: String(selected.score) },
    { name: 'Seed', value: String(SEED) },
    { name: 'Engine', value: `${engine.title} ${engine.version} on ${engine.device}` },
  ];
  return {
    title: `${selected.label}${compared === null ? '' : ` and not ${compared}`} in ${path(image)}`,
    ...{ image: path(image), model: path(card.model), sha256, facts, methods, agreement },
    values: [...scoresOf(scene), ...agreementOf(agreement), ...faithfulnessOf(scene, on), ...comparisonOf(scene)],
  };
}

function scoresOf(scene: Scene): readonly Value[] {
  const { prediction, index } = scene;
  const kept = new Set([index, ...(scene.state.ui.layout === 'grid' ? gridClasses(scene) : [])]);
  return [...(prediction?.scores ?? [])]
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .filter((each, rank) => rank < SCORES || each.predicted || kept.has(each.index))
    .flatMap(({ index: of, label, score, logit, threshold }) => {
      const value = (metric: string, number: number): Value => ({
        ...{ table: 'scores', index: of, label, row: '', metric, value: number, reason: '' },
      });
      return [value('score', score), value('logit', logit), value('threshold', threshold)];
    });
}

function agreementOf(table: AgreementTable | null): readonly Value[] {
  return (table?.groups ?? []).flatMap(({ index, label, rows }) =>
    rows.flatMap((row) =>
      (table?.metrics ?? []).flatMap(({ id }): Value[] => {
        const cell = own(row.cells, id);
        if (!cell) return [];
        return [
          { table: 'agreement', index, label, row: row.id, metric: id, value: cell.value, reason: cell.reason ?? '' },
        ];
      }),
    ),
  );
}

function faithfulnessOf(scene: Scene, on: Parameters<typeof faithfulness>[1]): readonly Value[] {
  const found = faithfulness(scene, on);
  return (found?.rows ?? []).flatMap(({ id, results }) =>
    results.map(
      ({ metric, value, reason, index }): Value => ({
        ...{ table: 'faithfulness', index, label: found?.label ?? '', row: id, metric, value, reason: reason ?? '' },
      }),
    ),
  );
}

function comparisonOf(scene: Scene): readonly Value[] {
  const found = alikeness(scene);
  if (found?.reply.status !== 'done') return [];
  const { methods, metrics } = found.reply.value;
  return metrics.flatMap(({ metric, values }) =>
    methods.flatMap((a, i) =>
      methods.slice(i + 1).map(
        (b, j): Value => ({
          ...{ table: 'comparison', index: scene.index, label: found.label, row: `${a} and ${b}`, metric },
          value: values[i]?.[i + 1 + j] ?? null,
          reason: '',
        }),
      ),
    ),
  );
}
