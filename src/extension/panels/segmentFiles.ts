import path from 'node:path';
import { segmentFileIn } from '../../explainers/contracts/segmentFile.ts';

/** Files of superpixels that parameters name, as paths; they are relative to the model or its card. */
export function segmentFilesIn(model: string, parameters: object | undefined): readonly string[] {
  const names = Object.values(parameters ?? {}).flatMap((value) => segmentFileIn(value) ?? []);
  return names.map((name) => path.resolve(path.dirname(model), name));
}

/** Those of every run in a request of a page, whose form has been checked. */
export function segmentFilesOf(params: unknown): readonly string[] {
  type Run = { readonly parameters?: object };
  const request = params as Run & { readonly model?: string; readonly maps?: unknown; readonly methods?: unknown };
  const { model, maps, methods } = request;
  if (model === undefined) return [];
  const runs = [request, ...[maps, methods].flatMap((each) => (Array.isArray(each) ? (each as readonly Run[]) : []))];
  return [...new Set(runs.flatMap(({ parameters }) => segmentFilesIn(model, parameters)))];
}
