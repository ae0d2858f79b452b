import path from 'node:path';
import { pick } from '../say.ts';
import type { ExplainerClient } from '../worker/client.ts';
import type { CheckTarget } from './checked.ts';
import { count } from './tree.ts';

/** Files that are named in the question. */
const NAMED = 3;

/**
 * If the card's `annotations` leave out annotation files of the chosen folder, asks whether they are read too. Null:
 * the question was closed.
 */
export async function withLeftOut(
  target: CheckTarget,
  model: string,
  client: Pick<ExplainerClient, 'request'>,
): Promise<CheckTarget | null> {
  if (target.kind === 'file') return target;
  const { files } = await client.request('annotationsLeftOut', { model, images: [target.path] });
  if (files.length === 0) return target;
  const named = files.slice(0, NAMED).map((file) => path.relative(target.path, file) || path.basename(file));
  const names = `${named.join(', ')}${files.length > NAMED ? ', …' : ''}`;
  const choice = await pick(
    [
      { label: 'Check only the card’s files', detail: `Leaves out ${names}.`, all: false },
      { label: 'Check all files of the folder', detail: `Reads ${names} too.`, all: true },
    ],
    {
      title: 'Check Labels',
      placeHolder: `The model card’s annotations leave out ${count(files.length, 'annotation file')} of ${path.basename(target.path)}`,
    },
  );
  return choice ? { ...target, ...(choice.all && { everyAnnotation: true }) } : null;
}
