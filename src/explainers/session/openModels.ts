import type { CompileOptions, Engine, Executable } from '../engines/engine.ts';
import { openEngine } from '../engines/openEngine.ts';
import { ReadFiles } from '../files/fileStamp.ts';
import type { Graph } from '../graph/graph.ts';
import { withComputedConstants } from '../models/computedConstants.ts';
import { type LoadedModel, loadModel, sha256Of } from '../models/loadModel.ts';
import { batchMemory } from './batchMemory.ts';
import { Lru } from './lru.ts';
import type { SessionOptions } from './options.ts';

/** How many compiled graphs of one model are kept: each holds a copy of the weights. */
const EXECUTABLES = 8;
/** The same of those that run several times at once: each holds a copy for each of its lanes, and room for their images. */
const LANED = 2;
const MODELS = 4;
const FILES = 64;

/** A model that is open: loaded once, its graphs compiled when first needed. */
export interface OpenModel extends LoadedModel {
  readonly engine: Engine;
  /** Bytes that the images of all runs at the same time may take by now; undefined: the method's own bound. */
  batchMemory(): number | undefined;
  compiled(key: string, make: () => Graph, options?: CompileOptions): Promise<Executable>;
  sha256(): Promise<string>;
  /** What it was made from. */
  readonly files: ReadFiles;
}

/** The models in use, by path; one whose files have changed is loaded anew. */
export class OpenModels {
  readonly #options: SessionOptions;
  readonly #models = new Lru<Promise<OpenModel & { dispose(): void }>>(MODELS, (model) => {
    model.then((open) => open.dispose()).catch(() => {});
  });
  /** Of each model that was asked for, also where it could not be loaded. */
  readonly #files = new Lru<ReadFiles>(FILES);
  readonly #retired: (() => void)[] = [];
  #using = 0;
  #engine: Promise<Engine> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  engine(): Promise<Engine> {
    this.#engine ??= openEngine(this.#options);
    return this.#engine;
  }

  /** Runs a request that holds models and graphs: what falls out of the bounds meanwhile is released when no request is left. */
  async using<T>(request: () => Promise<T>): Promise<T> {
    this.#using++;
    try {
      return await request();
    } finally {
      this.#using--;
      if (this.#using === 0) for (const release of this.#retired.splice(0)) release();
    }
  }

  #retire(executable: Promise<Executable>): void {
    const release = () => void executable.then((compiled) => compiled.dispose()).catch(() => {});
    if (this.#using > 0) this.#retired.push(release);
    else release();
  }

  async open(file: string): Promise<OpenModel> {
    const known = this.#models.get(file);
    if (known) {
      const open = await known.catch(() => undefined);
      if (await open?.files.unchanged()) return open!;
      // Another request may have begun to load it anew.
      if (this.#models.get(file) === known) this.#models.delete(file);
    }
    return this.#models.getOr(file, () => this.#load(file));
  }

  /** The files that the model was made from when it was loaded last, well or not: when one of them changes, it is another model. */
  filesOf(file: string): readonly string[] {
    return this.#files.get(file)?.paths ?? [file];
  }

  async #load(file: string): Promise<OpenModel & { dispose(): void }> {
    const files = new ReadFiles();
    this.#files.set(file, files);
    // The runtime's library loads while the model is read.
    const [engine, loaded] = await Promise.all([this.engine(), loadModel(file, files)]);
    const model = await withComputedConstants(loaded.model, engine);
    const executables = new Lru<Promise<Executable>>(EXECUTABLES, (executable) => this.#retire(executable));
    const laned = new Lru<Promise<Executable>>(LANED, (executable) => this.#retire(executable));
    let sha256: Promise<string> | undefined;
    return {
      ...loaded,
      files,
      model,
      engine,
      batchMemory: () => batchMemory(this.#options.batchMemory, engine.info.device),
      compiled: (key, make, options) =>
        ((options?.lanes ?? 1) > 1 ? laned : executables).getOr(key, async () => engine.compile(make(), options)),
      sha256: () => (sha256 ??= sha256Of(loaded.card.model)),
      dispose: () => {
        executables.clear();
        laned.clear();
      },
    };
  }

  async dispose(): Promise<void> {
    this.#models.clear();
    await this.#engine?.then((engine) => engine.dispose()).catch(() => {});
  }
}
