import type { Call } from '../contracts/call.ts';
import type { AgreementRequest, ExplainRequest, Heatmap, MapName } from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';
import { allMaps, type Explained, isMapOf } from './explainImage.ts';
import type { NamedMaps } from './keptMaps.ts';

/** Makes the maps of a request, or finds them where they are kept. */
type Explain = (request: ExplainRequest, call: Call) => Promise<Explained>;

/** The maps of all classes of a request, each made in whole: those of the ids that it names, as far as they are these maps. */
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
 * The maps that a request names, in its order: those that are kept, and the others made again, of each method at once.
 * @throws ExplainError `usage` where a map is gone that was stopped before its end: nothing makes that one again
 */
export async function namedMaps(
  { image, model, seed, maps }: Pick<AgreementRequest, 'image' | 'model' | 'seed' | 'maps'>,
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
      method,
      classes,
      ...(parameters && { parameters }),
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
    message: 'This map was stopped before its end, and the process that held it is gone.',
    subject: method,
    next: 'Compute the map again.',
  });
}
