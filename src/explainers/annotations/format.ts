import type { AnnotationFile } from '../contracts/annotation.ts';
import type { AnnotationIndex } from './annotationIndex.ts';
import type { Steps } from './steps.ts';

export interface FormatInput {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Small files beside it that say what it leaves out: `data.yaml`, `classes.txt`. By name; absent: none were looked for. */
  readonly beside?: ReadonlyMap<string, Uint8Array>;
}

/** An annotation format, declared in its own file. */
export interface AnnotationFormat {
  readonly id: string;
  readonly title: string;
  /** Glob-like endings it may have: '.json', '.csv'. */
  readonly extensions: readonly string[];
  /** Names of small files that say what a file of this format leaves out; looked for in its folder and the two above. */
  readonly beside?: readonly string[];
  /** Which paths with such an ending may be of this format, where not all: found by looking around, others are not opened. */
  mayBe?(path: string): boolean;
  /** True only if the content is of this very format: exactly one format claims a file. */
  sniff(file: FormatInput): boolean;
  /** Throws `annotation` with line or key for a file that is this format but broken. */
  parse(file: FormatInput): AnnotationFile;
  /** The same for a file that is too large to be held as objects: {@link parse} of it, image by image. */
  index?(file: FormatInput): Steps<AnnotationIndex>;
}

export function defineFormat(format: AnnotationFormat): AnnotationFormat {
  return format;
}
