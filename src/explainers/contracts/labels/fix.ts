// Plain data about corrections of annotation files, and how edits change a text.
import type { ClassNames } from './classNames.ts';

/** A box in pixels: its corner and its size. */
export interface FixBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A correction of one label. */
export type LabelChange =
  | { readonly kind: 'class'; readonly to: string }
  | { readonly kind: 'remove' }
  | { readonly kind: 'move'; readonly box: FixBox }
  /** A null box: a label of the whole image. */
  | { readonly kind: 'add'; readonly label: string; readonly box: FixBox | null };

/** Replaces [start, end) of a text, counted in UTF-16 units without a byte order mark. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after the edits. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  let [done, from] = ['', 0];
  for (const edit of inOrder(edits)) {
    done += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return done + text.slice(from);
}

/** By their places. Throws if they overlap. */
export function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [i, { start }] of sorted.entries())
    if (i > 0 && sorted[i - 1]!.end > start) throw new Error('Edits overlap.');
  return sorted;
}

/** The smallest change of a file that makes a correction. */
export type FixPlan =
  | {
      readonly kind: 'edit';
      readonly file: string;
      /** One sentence. */
      readonly summary: string;
      readonly edits: readonly TextEdit[];
      /** Of the file as it was read, and of its text as UTF-8: both must still be true when the edits are made. */
      readonly sha256: string;
      readonly textSha256: string;
      /** Of the file after the edits. */
      readonly afterSha256: string;
    }
  /** A folder per class: the image moves to the folder of another class. */
  | {
      readonly kind: 'move';
      readonly file: string;
      readonly summary: string;
      readonly from: string;
      readonly to: string;
    };

/** A label that is to be corrected; `change` has boxes in pixels of the image, and the model's names of classes. */
export interface FixRequest extends ClassNames {
  readonly image: string;
  /** The annotation file, or the folder of a folder per class. */
  readonly file: string;
  /** Which label of the image: by its line, class and id; null: one is added. */
  readonly label: {
    readonly index: number;
    readonly line: number | null;
    readonly annotationId: string | null;
  } | null;
  readonly change: LabelChange;
}
