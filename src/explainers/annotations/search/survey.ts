import { dirname } from 'node:path';
import type { AnnotationSource } from '../../contracts/card.ts';
import type { AnnotationFileInfo, AnnotationFiles } from '../../contracts/results.ts';
import type { Reach } from '../../files/reach.ts';
import { labelMatcher } from '../match/labels.ts';
import { namesOf, stemsOfEntry } from '../match/names.ts';
import { stemsOfFile } from '../match/renamedPair.ts';
import { problemOf } from '../problems.ts';
import { BesideFiles, isBesideName } from './besideFiles.ts';
import { expandSources } from './find.ts';
import { knownFormats, type OpenFile } from './openFile.ts';
import { walkFolders } from './workspaceWalk.ts';

/** How many of the unmatched names are listed. */
const LISTED = 5;

export interface SurveyRequest {
  readonly sources: readonly AnnotationSource[];
  /** Labels of the model. */
  readonly labels: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  /**
   * Images that the files may mention, by their paths; images in these folders, and in those of the files, count too.
   */
  readonly images: readonly string[];
}

type Open = (path: string, format: string | undefined, beside: BesideFiles) => Promise<OpenFile | null>;

/** The content of annotation files, and its parts that match no class of the model or no existing image. */
export async function surveyFiles(
  request: SurveyRequest,
  open: Open,
  reach: Reach,
  signal: AbortSignal,
): Promise<AnnotationFiles> {
  const { candidates, problems: unfound } = await expandSources(request.sources, reach);
  const problems = [...unfound];
  const beside = new BesideFiles();
  const opened: OpenFile[] = [];
  for (const { path, format } of candidates) {
    try {
      const file = await open(path, format, beside);
      if (file) opened.push(file);
      else if (!isBesideName(path))
        problems.push(`${path} is in no annotation format that we know (${knownFormats()})`);
    } catch (error) {
      problems.push(problemOf(error, path));
    }
  }
  const folders = new Set([
    ...opened.map(({ index }) => dirname(index.path)),
    ...request.images.map((image) => dirname(image)),
  ]);
  const walked = await walkFolders([...folders], signal);
  const there = walked.more
    ? null
    : new Set([...request.images, ...walked.images].flatMap((path) => namesOf({ path, ids: [] })));
  const matcher = labelMatcher(request.labels, request.aliases);
  return {
    files: opened.map(({ index }): AnnotationFileInfo => {
      const isThere = (name: string) =>
        (index.names.length === 1 ? stemsOfFile(index) : stemsOfEntry(name)).some((stem) => there?.has(stem));
      const missing = there && index.names.filter((name) => !isThere(name));
      return {
        path: index.path,
        format: index.format,
        images: index.names.length,
        missing: missing && { count: missing.length, names: missing.slice(0, LISTED) },
        unmatched: index.mentioned.filter((label) => matcher.index(label) === null),
        problems: index.problems,
      };
    }),
    problems,
  };
}
