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
  return {
    engine: fedEngine(engine, feeds),
    compiled: async (key, make, options) => {
      const executable = await compiled(key, make, options);
      const own = made.get(executable) ?? fed(executable, feeds);
      made.set(executable, own);
      return own;
    },
  };
}

/** An executable whose runs get these values unless they bring others. */
const fed = (executable: Executable, feeds: Feeds): Executable => ({
  ...executable,
  run: (others, options) => executable.run(new Map([...feeds, ...others]), options),
});

/** An engine whose graphs get values for a model's further inputs in every run. */
export function fedEngine(engine: Engine, feeds: Feeds = new Map()): Engine {
  if (feeds.size === 0) return engine;
  return {
    ...engine,
    // A device may be lost later, so its info is asked for each time.
    get info() {
      return engine.info;
    },
    compile: async (graph, options) => fed(await engine.compile(graph, options), feeds),
  };
}
