// Plain data of an evaluation: many images × classes × methods, each with its numbers.

import type { ErrorReport } from '../errors.ts';
import type { ClassChoice } from './classChoice.ts';
import type { ClassState } from './labels/annotations.ts';
import type { AnyParameters } from './parameters.ts';
import type { AgreementOptions, AnnotationRequest } from './results.ts';

/** The annotated state of a class in an image; `unknown`: the annotation files do not say. */
export type ResultState = ClassState | 'unknown';

/** Whether one class is present in the image, or several; null: none, or the annotation files do not say. */
export type ResultSubset = 'single' | 'several' | null;

/** A number, or why there is none. */
export interface ResultCell {
  readonly value: number | null;
  readonly reason: string | null;
}

/** A metric of agreement, and the scores of maps without information. */
export interface AgreementCell extends ResultCell {
  /** A map or mask that covers everything the model saw. */
  readonly whole: number | null;
  /** The expectation over noise maps. */
  readonly random: number | null;
}

/** A test of the map itself. */
export interface AssessmentCell extends ResultCell {
  /** The mean score of the same map moved to other places. */
  readonly moved: number | null;
}

/** One image × class × method: a row of `part-*.parquet`. */
export interface ResultRow {
  /** Path below the folder of the images, with forward slashes. */
  readonly image: string;
  readonly index: number;
  readonly label: string;
  readonly logit: number;
  /** After the activation. */
  readonly score: number;
  readonly predicted: boolean;
  readonly state: ResultState;
  readonly subset: ResultSubset;
  readonly method: string;
  /** By the id of the metric; a metric that is missing was not computed for this row. */
  readonly agreement: Readonly<Record<string, AgreementCell>>;
  readonly assessment: Readonly<Record<string, AssessmentCell>>;
  /** Several readers annotated the image: how many, how many of them drew the class, their mean IoU. */
  readonly readers: { readonly count: number; readonly drew: number; readonly iou: number } | null;
  /** Why there is no map. */
  readonly error: string | null;
}

/** The scores of all classes of one image: a row of `scores-*.parquet`. */
export interface ImageScores {
  readonly image: string;
  /** Pixels of the original image. */
  readonly height: number;
  readonly width: number;
  /** After the activation, by class. */
  readonly scores: readonly number[];
  /** One character per class: see {@link STATE_LETTERS}. */
  readonly states: string;
}

/** The states of an image's classes as one text. */
export const STATE_LETTERS: Readonly<Record<ResultState, string>> = {
  drawn: 'd',
  present: 'p',
  absent: 'a',
  uncertain: 'u',
  unknown: '.',
};

/** How alike the maps of two methods are: a row of `pairs-*.parquet`. */
export interface MethodPair {
  readonly image: string;
  readonly index: number;
  readonly label: string;
  readonly method: string;
  readonly other: string;
  /** By the id of the comparison. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly reason: string | null;
}

/** What could not be done: a line of `failures.jsonl`. */
export interface ResultFailure {
  readonly image: string;
  /** Null: the image has no results at all. */
  readonly method: string | null;
  /** Null: all classes. */
  readonly index: number | null;
  readonly error: ErrorReport;
}

/** Evaluates one image: which classes and methods, and what is computed for each map. */
export interface EvaluateRequest extends AnnotationRequest {
  /** The name of the image in the results. */
  readonly name: string;
  readonly classes: readonly ClassChoice[];
  readonly methods: readonly {
    readonly id: string;
    readonly parameters: AnyParameters;
    readonly agreement: AgreementOptions;
  }[];
  /** Tests of the maps themselves. */
  readonly assess: readonly { readonly id: string; readonly parameters: AnyParameters }[];
  /** Whether the maps of several methods are compared with each other. */
  readonly compare: boolean;
  readonly seed: number;
  /** Whether the maps are returned. */
  readonly maps: boolean;
}

/** The results of one image. Rows are in the order of their classes' indices, and of their methods' ids. */
export interface EvaluatedImage {
  readonly scores: ImageScores;
  readonly rows: readonly ResultRow[];
  readonly pairs: readonly MethodPair[];
  readonly failures: readonly ResultFailure[];
  /** Milliseconds per stage. */
  readonly timings: Readonly<Record<string, number>>;
  /** A NumPy archive with one map per method and class, [h, w] of the model's input; null: none was asked for. */
  readonly maps: Uint8Array | null;
}
