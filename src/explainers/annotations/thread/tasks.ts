import type { AnnotatedImage, AnnotationFile } from '../../contracts/labels/annotation.ts';
import type { FormatInput } from '../format.ts';

/** A file to be parsed; the answer is the file without its images, which come in parts. */
export interface ParseRequest {
  readonly format: string;
  readonly file: FormatInput;
}

export type ParseAnswer = Omit<AnnotationFile, 'images'>;

/** Some images of a file. If it `continues`, the first is the last of the part before, with more annotations. */
export interface ParsePart {
  readonly images: readonly AnnotatedImage[];
  readonly continues: boolean;
}
