import path from 'node:path';

/**
 * The file name extensions, without their dot, of annotation files that have lines or rows to point at; `Check Labels`
 * is offered for these.
 */
export const ANNOTATION_EXTENSIONS = ['json', 'jsonl', 'xml', 'txt', 'csv', 'tsv', 'parquet', 'tar'] as const;

/** Files with such a name that are never annotations. */
const OTHER_NAMES =
  '(.*\\.explain|package|package-lock|tsconfig)\\.json|.*\\.review\\.jsonl|(requirements|labels|classes|README)\\.txt';

/** `when` clause: the resource may be an annotation file, judged by its name. */
export const IS_ANNOTATION_FILE = `resourceFilename =~ /^(?!(${OTHER_NAMES})$).*\\.(${ANNOTATION_EXTENSIONS.join('|')})$/i`;

const NAME = new RegExp(`^(?!(${OTHER_NAMES})$).*\\.(${ANNOTATION_EXTENSIONS.join('|')})$`, 'i');

/** The file may hold annotations, judged by its name. */
export function isAnnotationName(file: string): boolean {
  return NAME.test(path.basename(file));
}
