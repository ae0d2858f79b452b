import type { CompileOptions, Engine, Executable } from '../../engines/engine.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Values of a model's further inputs, by the graphs' inputs. */
export type Feeds = ReadonlyMap<string, Tensor>;

interface Compiles {
  readonly engine: Engine;
  compiled(key: string, make: () => Graph, options?: CompileOptions): Promise<Executable>;
}

/** What compiles a model's graphs, with values for its further inputs in every run. */
export function withFeeds({ engine, compiled }: Compiles, feeds: Feeds): Compiles {
  const made = new WeakMap<Executable, Executable>();
  const fed = (executable: Executable): Executable => {
    const known = made.get(executable);
    if (known) return known;
    const own: Executable = {
      ...executable,
      run: (others, options) => executable.run(new Map([...feeds, ...others]), options),
    };
    made.set(executable, own);
    return own;
  };
  return {
    engine: fedEngine(engine, feeds),
    compiled: async (key, make, options) => fed(await compiled(key, make, options)),
  };
}

/** An engine whose graphs get values for a model's further inputs in every run. */
export function fedEngine(engine: Engine, feeds: Feeds = new Map()): Engine {
  if (feeds.size === 0) return engine;
  return {
    ...engine,
    // A device may be lost later, so its info is asked for each time.
    get info() {
      return engine.info;
    },
    async compile(graph, options) {
      const executable = await engine.compile(graph, options);
      return { ...executable, run: (others, run) => executable.run(new Map([...feeds, ...others]), run) };
    },
  };
}
