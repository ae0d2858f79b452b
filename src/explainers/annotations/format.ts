import type { AnnotationFile } from '../contracts/annotation.ts';
import type { AnnotationIndex } from './annotationIndex.ts';
import type { Steps } from './steps.ts';

export interface FormatInput {
  readonly path: string;
  readonly bytes: Uint8Array;
  /**
   * Small files next to it that supply what it omits: `data.yaml`, `classes.txt`. By name; absent: none were looked
   * for.
   */
  readonly beside?: ReadonlyMap<string, Uint8Array>;
}

/** An annotation format, declared in its own file. */
export interface AnnotationFormat {
  readonly id: string;
  readonly title: string;
  /** Possible extensions: '.json', '.csv'. */
  readonly extensions: readonly string[];
  /** Names of small files that supply what a file of this format omits; looked for in its folder and the two above. */
  readonly beside?: readonly string[];
  /** Which paths with such an extension may have this format, if not all. Others are not opened during a search. */
  mayBe?(path: string): boolean;
  /** True only if the content has exactly this format; exactly one format claims a file. */
  sniff(file: FormatInput): boolean;
  /** Throws `annotation` with a line or key for a broken file of this format. */
  parse(file: FormatInput): AnnotationFile;
  /** The same for a file that is too large to be parsed into objects: {@link parse}, image by image. */
  index?(file: FormatInput): Steps<AnnotationIndex>;
}

export function defineFormat(format: AnnotationFormat): AnnotationFormat {
  return format;
}
