// Plain data of Check Labels and of the verdicts on its findings.
import type { AnnotationSource } from '../card.ts';
import type { GivenInputs } from '../furtherInput.ts';

/** What may be wrong with a label; each is declared in its own file of labelCheck/. */
export type FindingKind = 'unlabelled' | 'doubtful' | 'elsewhere' | 'duplicate' | 'swapped';

/** A place in an annotation file that says what a finding is about. */
export interface FindingPlace {
  /** The same in every run for as long as the annotation is the same; the file's `verdicts` are looked up by it. */
  readonly key: string;
  /** The annotation file, absolute. */
  readonly file: string;
  /** 1-based; null if the format has no lines, or the file has none for this. */
  readonly line: number | null;
  /** The file's own id of the annotation, else its place (`box 10 20 30 40`); null for a label without one. */
  readonly annotationId: string | null;
}

/** A place, and the last verdict on it in the file's own review file; `open`: one was taken back. */
export interface JudgedPlace extends FindingPlace {
  readonly verdict: Verdict | null;
}

/**
 * A label that looks wrong: one question about an image and a class, however many files say the same. Its own key,
 * file, line and annotation are those of the first place.
 */
export interface Finding extends FindingPlace {
  /** Every place that says it, at least one; a verdict goes to the review file of each. */
  readonly places: readonly JudgedPlace[];
  readonly kind: FindingKind;
  /** Absolute path. */
  readonly image: string;
  /** The class in question, with the model's name for it. */
  readonly index: number;
  readonly label: string;
  /** The model's score for the class, as a probability; null in findings that an earlier version kept. */
  readonly probability: number | null;
  /** The class that seems to be meant instead (`swapped`), with the model's score for it. */
  readonly instead?: { readonly index: number; readonly label: string; readonly probability: number | null };
  /** 0 … 1, larger: more suspicious; comparable within a kind. */
  readonly score: number;
  /** One sentence with the numbers. */
  readonly message: string;
  /** The last verdict of a person on any of its places; null: none, or it was taken back. */
  readonly verdict: Verdict | null;
}

/** The last verdict on any of the places; null: there is none, or the last one takes the others back. */
export function lastVerdict(places: readonly JudgedPlace[]): Verdict | null {
  let last: Verdict | null = null;
  for (const { verdict } of places) if (verdict && (!last || verdict.time > last.time)) last = verdict;
  return last?.verdict === 'open' ? null : last;
}

export interface CheckRequest {
  /** Values of the model's further inputs for all images, which override the images' own. */
  readonly inputs?: GivenInputs;
  /** A model card or a model file; absent: there are predictions. */
  readonly model?: string;
  /**
   * Probabilities made elsewhere, for images that the model had not seen: CSV, Parquet or .npy. With a model, they
   * are the scores, and the model gives the evidence.
   */
  readonly predictions?: string;
  /** Annotation files, folders and globs; absent: the card's, else those found around `images`. */
  readonly sources?: readonly AnnotationSource[];
  /**
   * Images, and folders to search for images; absent: the images that the annotation files name, found near these
   * files.
   */
  readonly images?: readonly string[];
  /** The annotation files in the folders of `images` are read too, besides those of the card. */
  readonly everyAnnotation?: boolean;
  /** Images are not searched for above this folder; absent: up to two folders above the annotation file. */
  readonly root?: string;
  /** Absent: all. */
  readonly kinds?: readonly FindingKind[];
  /** A file that records the model's output for each image, so that an interrupted run can continue. */
  readonly journal?: string;
  /** Images to skip. */
  readonly leaveOut?: readonly string[];
  /** Works on one image at a time, because one of them may end the process. */
  readonly oneByOne?: boolean;
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
  /** Equal and nearly equal images, in groups; none if nothing was decoded. */
  readonly alike: readonly AlikeImages[];
  readonly summary: CheckSummary;
  /** Annotation files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
  /** The meaning of each kind's score. */
  readonly definitions: Readonly<Record<FindingKind, string>>;
  /** How the evidence was computed (method and layer), or why there is none. */
  readonly notes: readonly string[];
  /** Of the model, else of the file of predictions. */
  readonly modelSha256: string;
  /** Settings of the run, recorded in the verdicts. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Images that are equal or nearly so. */
export interface AlikeImages {
  /** The files are equal, byte by byte. */
  readonly equal: boolean;
  readonly images: readonly {
    readonly image: string;
    readonly labels: readonly string[];
    /** The part of the set that it is in, by the name of a folder (`train`, `val`, `test`). */
    readonly split: string | null;
  }[];
  readonly labelsDiffer: boolean;
  readonly splitsDiffer: boolean;
}

/** What a check shows about classes, pairs of classes and whole images. */
export interface CheckSummary {
  /** Per class: images with the label, images that the model predicts it for, those with both, and the mean score. */
  readonly classes: readonly {
    readonly index: number;
    readonly label: string;
    readonly labelled: number;
    readonly predicted: number;
    readonly agreed: number;
    /** Of the images with the label; null: there are none. */
    readonly meanScore: number | null;
  }[];
  /** How many images with a label are predicted as another class instead; most frequent first. */
  readonly confused: readonly { readonly label: string; readonly instead: string; readonly images: number }[];
  /** Images that fit no class, worst first: their best score, as a share of the mean score of that class's images. */
  readonly unfit: readonly { readonly image: string; readonly fit: number }[];
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
  /** About the label in the annotation file; `open` takes an earlier verdict back. */
  readonly verdict: 'right' | 'wrong' | 'unsure' | 'open';
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
