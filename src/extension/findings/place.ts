import path from 'node:path';
import type { Finding, FindingPlace } from '../../explainers/contracts/results.ts';

type Where = Pick<FindingPlace, 'file' | 'line'>;

/**
 * The file that a finding, or another of its places, is shown in: the annotation file; the image itself if its label is
 * the name of a folder, which no editor opens.
 */
export function fileOf({ image, ...finding }: Pick<Finding, 'image'> & Where, place: Where = finding): string {
  const { file, line } = place;
  const below = path.relative(file, image);
  return line === null && below !== '' && !below.startsWith('..') && !path.isAbsolute(below) ? image : file;
}
