import type { CompileOptions, Engine, Executable } from '../../engines/engine.ts';
import type { Graph } from '../../graph/graph.ts';
import { type LiveBytes, liveBytes, type Sizes } from '../../graph/liveBytes.ts';
import { greatest } from '../../lists.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Bytes of compiled graphs that are always kept, for all models together. */
const KEPT_BYTES = 2 ** 30;
/** How many times the weights of a model its graphs may take: two graphs, and the remains of their last runs. */
const COPIES = 2.1;
/** How many graphs of one model are kept at most, and how many of those that run several times at once. */
const KEPT = 8;
const LANED = 2;

/** A graph that is compiled when it runs and released when others need the memory. */
interface Kept {
  readonly owner: string;
  readonly laned: boolean;
  /** The runtime's part of it, while it exists. */
  opened: Promise<Executable> | undefined;
  /** Roughly how many bytes it holds; known once it has been opened. */
  bytes: number;
  /** How many callers are opening or running it. */
  running: number;
}

export interface Limits {
  /** Bytes of compiled graphs that are always kept; absent: a gigabyte. */
  readonly keep?: number;
  /** Throws `memory` if a run would take too much. */
  check(graph: string, live: LiveBytes): void;
}

/**
 * The compiled graphs of all models. Each holds a copy of its model's weights, so their total bytes are limited: the
 * least recently used ones are released first, and a released graph is compiled again when it is used. A running graph
 * stays.
 */
export class CompiledGraphs {
  readonly #engine: Engine;
  readonly #limits: Limits;
  /** Those with a session, the last used one at the end. */
  readonly #open = new Set<Kept>();
  /** Bytes of each open model's weights. */
  readonly #weights = new Map<string, number>();

  constructor(engine: Engine, limits: Limits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** Bytes that the graphs may hold. */
  get #room(): number {
    return Math.max(this.#limits.keep ?? KEPT_BYTES, COPIES * Math.max(0, greatest(this.#weights.values())));
  }

  /** Roughly how many bytes they hold now. */
  get bytes(): number {
    return [...this.#open].reduce((sum, kept) => sum + kept.bytes, 0);
  }

  /** Announces graphs of a model with this many bytes of weights. */
  own(owner: string, weights: number): void {
    this.#weights.set(owner, weights);
  }

  /** Releases all graphs of a model; running ones at the end of their run. */
  disown(owner: string): void {
    this.#weights.delete(owner);
    for (const kept of [...this.#open]) if (kept.owner === owner) void this.#close(kept);
  }

  /**
   * A graph that is compiled now, and again when it runs after its release.
   * @param make gives the graph, the same each time: it is not held
   * @param engine what compiles it; absent: the engine of all
   */
  async compile(
    owner: string,
    make: () => Graph,
    options?: CompileOptions,
    engine: Engine = this.#engine,
  ): Promise<Executable> {
    const kept: Kept = { owner, laned: (options?.lanes ?? 1) > 1, opened: undefined, bytes: 0, running: 0 };
    let live: ((sizes: Sizes) => LiveBytes) | undefined;
    let inputs: Graph['types'] = new Map();
    let name = '';
    const open = (): Promise<Executable> => {
      this.#open.delete(kept);
      this.#open.add(kept);
      kept.opened ??= this.#opened(kept, async () => {
        const graph = make();
        if (!live) {
          live = liveBytes(graph);
          name = graph.name;
          inputs = new Map(graph.inputs.map((each) => [each, graph.types.get(each)] as const).filter(isTyped));
          this.#limits.check(name, live(new Map()));
        }
        kept.bytes = engine.holds(graph, options) + live(new Map()).bytes;
        await this.#makeRoom(kept);
        return engine.compile(graph, options);
      });
      return kept.opened;
    };
    const { lanes } = await open();
    return {
      lanes,
      run: async (feeds, runOptions) => {
        this.#limits.check(name, live!(sizesOf(inputs, feeds)));
        kept.running++;
        try {
          const executable = await open();
          return await executable.run(feeds, runOptions);
        } finally {
          kept.running--;
          if (!this.#weights.has(owner)) await this.#close(kept);
          // Graphs that could not be released while they ran.
          else await this.#makeRoom(undefined);
        }
      },
      dispose: async () => this.#close(kept),
    };
  }

  async #opened(kept: Kept, open: () => Promise<Executable>): Promise<Executable> {
    // Two graphs that make room for each other would wait for ever.
    kept.running++;
    try {
      return await open();
    } catch (thrown) {
      this.#open.delete(kept);
      kept.opened = undefined;
      throw thrown;
    } finally {
      kept.running--;
    }
  }

  /** Releases the least recently used graphs until all fit, including one that is about to be opened. */
  async #makeRoom(coming: Kept | undefined): Promise<void> {
    for (const kept of [...this.#open]) {
      if (kept === coming || kept.running > 0) continue;
      if (this.bytes > this.#room || (coming && this.#many(kept, coming))) await this.#close(kept);
    }
  }

  /** Whether a graph is one too many of its kind when another one is added. */
  #many({ owner, laned }: Kept, coming: Kept): boolean {
    if (owner !== coming.owner || laned !== coming.laned) return false;
    const alike = [...this.#open].filter((each) => each.owner === owner && each.laned === laned);
    return alike.length > (laned ? LANED : KEPT);
  }

  async #close(kept: Kept): Promise<void> {
    if (kept.running > 0) return;
    const { opened } = kept;
    this.#open.delete(kept);
    kept.opened = undefined;
    await opened?.then((executable) => executable.dispose()).catch(() => {});
  }
}

const isTyped = <T>(entry: readonly [string, T | undefined]): entry is readonly [string, T] => entry[1] !== undefined;

/** The sizes of the inputs' named dimensions in a run. */
function sizesOf(inputs: Graph['types'], feeds: ReadonlyMap<string, Tensor>): Sizes {
  const sizes = new Map<string, number>();
  for (const [name, { shape }] of inputs) {
    for (const [axis, dim] of (shape ?? []).entries()) {
      const size = feeds.get(name)?.shape[axis];
      if (typeof dim === 'string' && size !== undefined) sizes.set(dim, size);
    }
  }
  return sizes;
}
