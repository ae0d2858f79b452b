// The plain data of Check Labels and of the verdicts on what it finds.
import type { AnnotationSource } from './card.ts';

/** What may be wrong with a label; each is declared in its own file of labelCheck/. */
export type FindingKind = 'unlabelled' | 'doubtful' | 'elsewhere' | 'duplicate' | 'swapped';

/** A label that looks wrong, at its place in the annotation file. */
export interface Finding {
  /** The same in every run, for as long as the annotation is the same: `verdicts` are found by it. */
  readonly key: string;
  readonly kind: FindingKind;
  /** Absolute path. */
  readonly image: string;
  /** The class in question, with the model's name for it. */
  readonly index: number;
  readonly label: string;
  /** The class that it seems to be instead (`swapped`). */
  readonly instead?: { readonly index: number; readonly label: string };
  /** 0 … 1, larger: more suspicious; comparable within a kind. */
  readonly score: number;
  /** One sentence with the numbers. */
  readonly message: string;
  /** The annotation file, absolute. */
  readonly file: string;
  /** 1-based; null where the format has no lines, or the file none for this. */
  readonly line: number | null;
  /** The file's own id of the annotation, else its place (`box 10 20 30 40`); null for a label without one. */
  readonly annotationId: string | null;
  /** What a person said of it last. */
  readonly verdict: Verdict | null;
}

export interface CheckRequest {
  /** A model card or a model file. */
  readonly model: string;
  /** Annotation files, folders and globs; absent: the card's, else those found around `images`. */
  readonly sources?: readonly AnnotationSource[];
  /** Images, and folders that are searched for images; absent: the images that the annotation files name, found around these. */
  readonly images?: readonly string[];
  /** Images are not searched for above this folder; absent: two folders above the annotation file. */
  readonly root?: string;
  /** Absent: all. */
  readonly kinds?: readonly FindingKind[];
  /** A file that keeps what the model said of each image, so that a run that was cut short goes on where it was. */
  readonly journal?: string;
  /** Images that are not looked at. */
  readonly leaveOut?: readonly string[];
  readonly seed?: number;
}

export interface CheckResult {
  /** Most suspicious first. */
  readonly findings: readonly Finding[];
  /** How many images were checked, and how many of them the journal had. */
  readonly images: number;
  readonly resumed: number;
  /** Images that could not be checked: named and not found, unreadable, … */
  readonly skipped: readonly { readonly image: string; readonly reason: string }[];
  /** Annotation files that could not be read, labels that match no class, … */
  readonly problems: readonly string[];
  /** What each kind's score says. */
  readonly definitions: Readonly<Record<FindingKind, string>>;
  /** How the evidence was made: method and layer, or why there is none. */
  readonly notes: readonly string[];
  readonly modelSha256: string;
  /** What the run was made with: goes into the verdicts. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A kind of finding, for tables and filters. */
export interface FindingKindInfo {
  readonly id: FindingKind;
  readonly title: string;
  /** What it is, for settings; what its score says is in the definition. */
  readonly summary: string;
  /** One sentence: what it is and what its score says. */
  readonly definition: string;
  readonly formula: string;
  readonly cite: string;
}

/** A line of a review file. */
export interface Verdict {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** As seen from the review file's folder, with forward slashes; absolute where it lies on another drive. */
  readonly image: string;
  /** The model's name of the class. */
  readonly class: string;
  readonly annotationId: string | null;
  readonly finding: FindingKind;
  /** Of the label in the annotation file. */
  readonly verdict: 'right' | 'wrong';
  readonly note: string;
  readonly modelSha256: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ReviewRequest {
  readonly finding: Finding;
  readonly verdict: Verdict['verdict'];
  readonly note?: string;
  /** Of the check that found it: `CheckResult`'s, where it is at hand. */
  readonly modelSha256?: string | null;
  readonly settings?: Verdict['settings'];
}
