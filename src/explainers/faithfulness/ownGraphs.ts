import type { Engine, Executable } from '../engines/engine.ts';
import type { ExplainContext } from '../method/method.ts';

/**
 * Runs something with separate compiled graphs, which do not mix with those of the model and are released at the end.
 */
export async function withOwnGraphs<T>(
  engine: Engine,
  run: (compiled: ExplainContext['compiled']) => Promise<T>,
): Promise<T> {
  const graphs = new Map<string, Promise<Executable>>();
  try {
    return await run((key, make, options) => {
      const known = graphs.get(key) ?? (async () => engine.compile(make(), options))();
      graphs.set(key, known);
      return known;
    });
  } finally {
    for (const executable of await Promise.allSettled(graphs.values())) {
      if (executable.status === 'fulfilled') await executable.value.dispose();
    }
  }
}
