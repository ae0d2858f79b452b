// Plain data of Check Labels and of the verdicts on its findings.
import type { AnnotationSource } from './card.ts';
import type { GivenInputs } from './furtherInput.ts';

/** What may be wrong with a label; each is declared in its own file of labelCheck/. */
export type FindingKind = 'unlabelled' | 'doubtful' | 'elsewhere' | 'duplicate' | 'swapped';

/** A label that looks wrong, at its place in the annotation file. */
export interface Finding {
  /** The same in every run for as long as the annotation is the same; `verdicts` are looked up by it. */
  readonly key: string;
  readonly kind: FindingKind;
  /** Absolute path. */
  readonly image: string;
  /** The class in question, with the model's name for it. */
  readonly index: number;
  readonly label: string;
  /** The class that seems to be meant instead (`swapped`). */
  readonly instead?: { readonly index: number; readonly label: string };
  /** 0 … 1, larger: more suspicious; comparable within a kind. */
  readonly score: number;
  /** One sentence with the numbers. */
  readonly message: string;
  /** The annotation file, absolute. */
  readonly file: string;
  /** 1-based; null if the format has no lines, or the file has none for this. */
  readonly line: number | null;
  /** The file's own id of the annotation, else its place (`box 10 20 30 40`); null for a label without one. */
  readonly annotationId: string | null;
  /** The last verdict of a person on it. */
  readonly verdict: Verdict | null;
}

export interface CheckRequest {
  /** Values of the model's further inputs for all images, which override the images' own. */
  readonly inputs?: GivenInputs;
  /** A model card or a model file. */
  readonly model: string;
  /** Annotation files, folders and globs; absent: the card's, else those found around `images`. */
  readonly sources?: readonly AnnotationSource[];
  /**
   * Images, and folders to search for images; absent: the images that the annotation files name, found near these
   * files.
   */
  readonly images?: readonly string[];
  /** Images are not searched for above this folder; absent: up to two folders above the annotation file. */
  readonly root?: string;
  /** Absent: all. */
  readonly kinds?: readonly FindingKind[];
  /** A file that records the model's output for each image, so that an interrupted run can continue. */
  readonly journal?: string;
  /** Images to skip. */
  readonly leaveOut?: readonly string[];
  readonly seed?: number;
}

export interface CheckResult {
  /** Most suspicious first. */
  readonly findings: readonly Finding[];
  /** How many images were checked, and how many of them the journal had. */
  readonly images: number;
  readonly resumed: number;
  /** Images that could not be checked: not found, unreadable, … */
  readonly skipped: readonly { readonly image: string; readonly reason: string }[];
  /** Annotation files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
  /** The meaning of each kind's score. */
  readonly definitions: Readonly<Record<FindingKind, string>>;
  /** How the evidence was computed (method and layer), or why there is none. */
  readonly notes: readonly string[];
  readonly modelSha256: string;
  /** Settings of the run, recorded in the verdicts. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A kind of finding, for tables and filters. */
export interface FindingKindInfo {
  readonly id: FindingKind;
  readonly title: string;
  /** What it is, for settings; what its score says is in the definition. */
  readonly summary: string;
  /** One sentence: what it is and what its score means. */
  readonly definition: string;
  readonly formula: string;
  readonly cite: string;
}

/** A line of a review file. */
export interface Verdict {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Relative to the review file's folder, with forward slashes; absolute if it is on another drive. */
  readonly image: string;
  /** The model's name of the class. */
  readonly class: string;
  readonly annotationId: string | null;
  readonly finding: FindingKind;
  /** About the label in the annotation file. */
  readonly verdict: 'right' | 'wrong';
  readonly note: string;
  readonly modelSha256: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ReviewRequest {
  readonly finding: Finding;
  readonly verdict: Verdict['verdict'];
  readonly note?: string;
  /** From the `CheckResult` that found it, if known. */
  readonly modelSha256?: string | null;
  readonly settings?: Verdict['settings'];
}
