import type { ImageScores, MethodPair, ResultRow } from '../contracts/evaluation.ts';
import { own } from '../tables.ts';

/** `numbers`: a list of numbers per row. */
export type ColumnType = 'text' | 'integer' | 'number' | 'flag' | 'numbers';
export type CellValue = string | number | boolean | readonly number[] | null;

/** A column of a table of results: its name and type in the Parquet file, and its value in a row. */
export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  /** It may be null. */
  readonly optional?: true;
  readonly about: string;
  readonly of: (row: Row) => CellValue;
}

/** Which metrics a table has columns for. */
export interface ResultMetrics {
  /** Metrics of agreement. */
  readonly agreement: readonly string[];
  /** Tests of the maps themselves. */
  readonly assessment: readonly string[];
  /** Comparisons of two methods. */
  readonly comparison: readonly string[];
}

const RESULT_KEYS: readonly Column<ResultRow>[] = [
  { name: 'image', type: 'text', about: 'path below the folder of the images', of: (row) => row.image },
  { name: 'index', type: 'integer', about: 'the class, from 0', of: (row) => row.index },
  { name: 'label', type: 'text', about: 'its name', of: (row) => row.label },
  {
    name: 'logit',
    type: 'number',
    optional: true,
    about: 'the model’s output before the activation',
    of: (row) => row.logit,
  },
  {
    name: 'score',
    type: 'number',
    optional: true,
    about: 'the model’s output after the activation',
    of: (row) => row.score,
  },
  {
    name: 'predicted',
    type: 'flag',
    about: 'the score reaches its threshold (multi-label), or is the best one (multi-class)',
    of: (row) => row.predicted,
  },
  {
    name: 'state',
    type: 'text',
    about: 'what the annotation files say: drawn, present, absent, uncertain, unknown',
    of: (row) => row.state,
  },
  {
    name: 'subset',
    type: 'text',
    optional: true,
    about: 'how many classes are present in the image: single or several; null if none, or unknown',
    of: (row) => row.subset,
  },
  { name: 'method', type: 'text', about: 'the method of the map', of: (row) => row.method },
];

const RESULT_END: readonly Column<ResultRow>[] = [
  {
    name: 'readers',
    type: 'integer',
    optional: true,
    about: 'how many readers annotated the image, if several did',
    of: ({ readers }) => readers?.count ?? null,
  },
  {
    name: 'readers.drew',
    type: 'integer',
    optional: true,
    about: 'how many of them drew the class',
    of: ({ readers }) => readers?.drew ?? null,
  },
  {
    name: 'readers.iou',
    type: 'number',
    optional: true,
    about: 'their mean IoU with each other, the ceiling for any map',
    of: ({ readers }) => readers?.iou ?? null,
  },
  { name: 'error', type: 'text', optional: true, about: 'why there is no map', of: (row) => row.error },
];

/** The columns of `part-*.parquet`: one row per image × class × method. */
export function resultColumns({ agreement, assessment }: ResultMetrics): readonly Column<ResultRow>[] {
  return [
    ...RESULT_KEYS,
    ...agreement.flatMap((id): readonly Column<ResultRow>[] => [
      value(id, 'agreement with the drawn region', (row) => own(row.agreement, id)?.value),
      text(`${id}.reason`, 'why it is null', (row) => own(row.agreement, id)?.reason),
      value(`${id}.whole`, 'the score of a map that covers everything', (row) => own(row.agreement, id)?.whole),
      value(`${id}.random`, 'the mean score of noise maps', (row) => own(row.agreement, id)?.random),
    ]),
    ...assessment.flatMap((id): readonly Column<ResultRow>[] => [
      value(id, 'a test of the map itself', (row) => own(row.assessment, id)?.value),
      text(`${id}.reason`, 'why it is null', (row) => own(row.assessment, id)?.reason),
      value(
        `${id}.moved`,
        'the mean score of the same map moved to other places',
        (row) => own(row.assessment, id)?.moved,
      ),
    ]),
    ...RESULT_END,
  ];
}

/** The columns of `scores-*.parquet`: one row per image. */
export const SCORE_COLUMNS: readonly Column<ImageScores>[] = [
  { name: 'image', type: 'text', about: 'path below the folder of the images', of: (row) => row.image },
  { name: 'height', type: 'integer', about: 'pixels of the original image', of: (row) => row.height },
  { name: 'width', type: 'integer', about: 'pixels of the original image', of: (row) => row.width },
  {
    name: 'scores',
    type: 'numbers',
    about: 'the scores of all classes, after the activation',
    of: (row) => row.scores,
  },
  {
    name: 'states',
    type: 'text',
    about: 'one letter per class: d drawn, p present, a absent, u uncertain, . unknown',
    of: (row) => row.states,
  },
];

/** The columns of `pairs-*.parquet`: one row per image × class × pair of methods. */
export function pairColumns({ comparison }: ResultMetrics): readonly Column<MethodPair>[] {
  return [
    { name: 'image', type: 'text', about: 'path below the folder of the images', of: (row) => row.image },
    { name: 'index', type: 'integer', about: 'the class, from 0', of: (row) => row.index },
    { name: 'label', type: 'text', about: 'its name', of: (row) => row.label },
    { name: 'method', type: 'text', about: 'one method', of: (row) => row.method },
    { name: 'other', type: 'text', about: 'the other method', of: (row) => row.other },
    ...comparison.map((id) => value<MethodPair>(id, 'how alike their maps are', (row) => own(row.values, id))),
    text('reason', 'why a number is null', (row) => row.reason),
  ];
}

function value<Row>(name: string, about: string, of: (row: Row) => number | null | undefined): Column<Row> {
  return { name, type: 'number', optional: true, about, of: (row) => of(row) ?? null };
}

function text<Row>(name: string, about: string, of: (row: Row) => string | null | undefined): Column<Row> {
  return { name, type: 'text', optional: true, about, of: (row) => of(row) ?? null };
}
