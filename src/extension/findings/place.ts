import path from 'node:path';
import type { Finding } from '../../explainers/contracts/results.ts';

/**
 * The file that a finding is shown in: the annotation file; the image itself if its label is the name of a folder,
 * which no editor opens.
 */
export function fileOf({ file, line, image }: Pick<Finding, 'file' | 'line' | 'image'>): string {
  const below = path.relative(file, image);
  return line === null && below !== '' && !below.startsWith('..') && !path.isAbsolute(below) ? image : file;
}
