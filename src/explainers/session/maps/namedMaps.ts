import type { Call } from '../../contracts/call.ts';
import type { AgreementRequest, ExplainRequest, Heatmap, MapName } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { allMaps, type Explained, isMapOf } from '../explainImage.ts';
import type { NamedMaps } from './keptMaps.ts';

/** Computes the maps of a request, or finds the kept ones. */
type Explain = (request: ExplainRequest, call: Call) => Promise<Explained>;

/**
 * The maps of all classes of a request, each computed completely; maps are taken by the ids in the request if they
 * match it.
 */
export type WholeMaps = (
  request: ExplainRequest & { readonly maps?: readonly string[] },
  parameters: Heatmap['parameters'],
  call: Call,
) => Promise<readonly Heatmap[]>;

export function wholeMaps(kept: NamedMaps, explain: Explain): WholeMaps {
  return async (request, parameters, call) => {
    const named = (request.maps ?? []).flatMap((id) => kept.get(id) ?? []);
    const found = request.classes.map((index) => named.find((map) => isMapOf(map, request.method, index, parameters)));
    return found.every((map) => map !== undefined) ? found : allMaps(await explain(request, call));
  };
}

/**
 * The maps that a request names, in its order: kept ones, and the others computed again, those of each method together.
 * @throws ExplainError `usage` if a missing map was stopped early, because nothing can compute that one again
 */
export async function namedMaps(
  {
    image,
    model,
    inputs,
    against,
    seed,
    maps,
  }: Pick<AgreementRequest, 'image' | 'model' | 'inputs' | 'against' | 'seed' | 'maps'>,
  kept: NamedMaps,
  explain: Explain,
  call: Call,
): Promise<readonly Heatmap[]> {
  const found = new Map<string, Heatmap>();
  const missing = new Map<string, MapName[]>();
  for (const name of maps) {
    const map = kept.get(name.id);
    if (map) found.set(name.id, map);
    else if (name.stoppedAt !== undefined) throw gone(name);
    else {
      const run = JSON.stringify([name.method, name.parameters]);
      missing.set(run, [...(missing.get(run) ?? []), name]);
    }
  }
  for (const names of missing.values()) {
    const { method, parameters } = names[0]!;
    const classes = [...new Set(names.map(({ index }) => index))];
    const request = {
      image,
      model,
      ...(inputs && { inputs }),
      method,
      classes,
      ...(parameters && { parameters }),
      ...(against && { against }),
      ...(seed !== undefined && { seed }),
    };
    const again: Call = {
      ...(call.signal && { signal: call.signal }),
      onProgress: ({ message, fraction }) => call.onProgress?.({ stage: 'explain', message, fraction }),
    };
    const made = allMaps(await explain(request, again));
    for (const { id, index } of names) found.set(id, kept.keepAs(id, made.find((map) => map.index === index)!));
  }
  return maps.map(({ id }) => found.get(id)!);
}

function gone({ method }: MapName): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: 'This map was stopped early, and the process that held it is gone.',
    subject: method,
    next: 'Compute the map again.',
  });
}
