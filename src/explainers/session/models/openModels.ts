import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Device } from '../../contracts/device.ts';
import type { InputValue } from '../../contracts/furtherInput.ts';
import type { Against } from '../../contracts/results.ts';
import type { CompileOptions, Engine, Executable } from '../../engines/engine.ts';
import { openEngine } from '../../engines/openEngine.ts';
import { ExplainError, errorReport } from '../../errors.ts';
import { withoutStop } from '../../errorText.ts';
import { ReadFiles } from '../../files/fileStamp.ts';
import { Reach } from '../../files/reach.ts';
import { sha256Of } from '../../files/sha256.ts';
import type { Graph } from '../../graph/graph.ts';
import { liveBytes } from '../../graph/liveBytes.ts';
import { prune } from '../../graph/rewrite.ts';
import { holdsSavedModel } from '../../graph/savedModel.ts';
import { weightBytes } from '../../graph/weightBytes.ts';
import { withComputedConstants } from '../../models/computedConstants.ts';
import { type LoadedModel, loadModel } from '../../models/loadModel.ts';
import { cudaRuntime } from '../../runtimes/place.ts';
import { Devices } from '../devices/devices.ts';
import { offerHere } from '../devices/offer.ts';
import { keptOr } from '../keptOr.ts';
import type { SessionOptions } from '../options.ts';
import { blamingUs } from '../ourFault.ts';
import { settledScores } from '../settledScores.ts';
import { batchMemory, beside } from './batchMemory.ts';
import { CompiledGraphs } from './compiledGraphs.ts';
import { checkMemory, runMemory } from './runMemory.ts';

/** How many graphs of one model are remembered; fewer of them are compiled. */
const GRAPHS = 64;
const MODELS = 4;
const FILES = 64;

/** A model that is open: loaded once, with graphs that are compiled when first needed. */
export interface OpenModel extends LoadedModel {
  /** A model that was loaded again has the same while its files are the same. */
  readonly id: string;
  readonly engine: Engine;
  /** Bytes that the images of all simultaneous runs may currently take; undefined: the method's own limit. */
  batchMemory(): number | undefined;
  /** Throws `memory` if running the model on one image would take too much; call it before the image is prepared. */
  checkMemory(): void;
  compiled(key: string, make: () => Graph, options?: CompileOptions): Promise<Executable>;
  sha256(): Promise<string>;
  /** The files that it was made from. */
  readonly files: ReadFiles;
  /** The values of its further inputs, if they are held fixed; see {@link boundModel}. */
  readonly inputValues?: readonly InputValue[];
  /** The same for equal values. */
  readonly inputsKey?: string;
  /** Its values are leads over these classes; see {@link contrastedModel}. */
  readonly against?: Against;
  /** The same model without the comparison. */
  readonly alone?: OpenModel;
}

/** The models in use, by path; one whose files have changed is loaded again. */
export class OpenModels {
  readonly #options: SessionOptions;
  readonly #reach: Reach;
  readonly #models = new LRUCache<string, Promise<OpenModel & { dispose(): void }>>({
    max: MODELS,
    dispose: (model) => void model.then((open) => open.dispose()).catch(() => {}),
  });
  /** For each requested model, even if it could not be loaded. */
  readonly #files = new LRUCache<string, ReadFiles>({ max: FILES });
  /** While a model is loaded again: its files of the time before. */
  readonly #before = new Map<string, readonly string[]>();
  #opened = 0;
  #engine: Promise<Engine> | undefined;
  #tf: Promise<Engine> | undefined;
  #graphs: Promise<CompiledGraphs> | undefined;
  #devices: Promise<Devices> | undefined;

  constructor(options: SessionOptions, reach = new Reach(options)) {
    this.#options = options;
    this.#reach = reach;
  }

  /** The engine for models for which no device is better. */
  engine(): Promise<Engine> {
    this.#engine ??= openBase(this.#options);
    return this.#engine;
  }

  /** TensorFlow, for SavedModels. Throws `engine` if it is not installed. */
  #tensorflow(file: string): Promise<Engine> {
    this.#tf ??= openEngine({ ...this.#options, engine: 'tfjs', device: 'auto' });
    return this.#tf.catch((cause: unknown) => {
      this.#tf = undefined;
      throw new ExplainError(
        {
          kind: 'engine',
          message: `A TensorFlow SavedModel runs on TensorFlow.js: ${withoutStop(errorReport(cause).message)}.`,
          subject: file,
          next: 'Import the SavedModel, which also keeps its gradients (Import Model from Python… in VS Code; saliency-lens import FOLDER); or install TensorFlow.js, see docs/devices.md.',
        },
        { cause },
      );
    });
  }

  #deviceChoice(): Promise<Devices> {
    this.#devices ??= this.engine().then((cpu) => new Devices(offerHere(cpu, this.#options)));
    return this.#devices;
  }

  #compiledGraphs(): Promise<CompiledGraphs> {
    this.#graphs ??= this.engine().then(
      (engine) =>
        new CompiledGraphs(engine, {
          check: (graph, live) => checkMemory(graph, live, runMemory(this.#options.memory, engine.info.device)),
        }),
    );
    return this.#graphs;
  }

  /** @param say called with a message for steps that take long, such as comparing a device with the CPU */
  async open(file: string, say?: (message: string) => void): Promise<OpenModel> {
    const known = this.#models.get(file);
    if (known) {
      const open = await known.catch(() => undefined);
      if (await open?.files.unchanged()) return open!;
      // Another request may have begun to load it again.
      if (this.#models.get(file) === known) this.#models.delete(file);
    }
    return keptOr(this.#models, file, () => this.#load(file, say));
  }

  /**
   * The files that the model was made from when it was last loaded, successfully or not; a change of one of them makes
   * it another model. While it is loaded again, those that are known so far, and those of the time before.
   */
  filesOf(file: string): readonly string[] {
    const now = this.#files.get(file)?.paths ?? [file];
    return [...new Set([...(this.#before.get(file) ?? []), ...now])];
  }

  async #load(file: string, say?: (message: string) => void): Promise<OpenModel & { dispose(): void }> {
    const files = new ReadFiles();
    this.#before.set(file, this.filesOf(file));
    this.#files.set(file, files);
    // The runtime's library loads while the model is read.
    const [native, read, graphs] = await Promise.all([
      this.engine(),
      loadModel(file, files, this.#reach).finally(() => this.#before.delete(file)),
      this.#compiledGraphs(),
    ]);
    const runtime = holdsSavedModel(read.source) ? await this.#tensorflow(file) : native;
    const owner = `${this.#opened++} ${file}`;
    const weights = weightBytes(read.model.graph);
    graphs.own(owner, weights);
    const owned = (engine: Engine): Engine => ({
      ...engine,
      // A device may be lost later, so its info is asked for each time.
      get info() {
        return engine.info;
      },
      compile: (graph, options) => graphs.compile(owner, () => graph, options, engine),
      dispose: async () => graphs.disown(owner),
    });
    let loaded: LoadedModel;
    let model: LoadedModel['model'];
    let chosen: Engine;
    let sha256: Promise<string> | undefined;
    const hash = () => (sha256 ??= sha256Of(loaded.card.model));
    try {
      const base = owned(runtime);
      loaded = await settledScores(read, base);
      model = await withComputedConstants(loaded.model, base);
      const wanted = this.#wanted(loaded.card.device);
      const { standIns } = loaded;
      const request = { model, standIns, wanted, sha256: hash, ...(say && { say }) };
      chosen = runtime.info.id === CHOOSES ? await (await this.#deviceChoice()).engineFor(request) : runtime;
    } catch (thrown) {
      graphs.disown(owner);
      throw thrown;
    }
    const executables = new LRUCache<string, Promise<Executable>>({
      max: GRAPHS,
      dispose: (executable) => void executable.then((compiled) => compiled.dispose()).catch(() => {}),
    });
    const engine = owned(chosen);
    const live = liveBytes(prune({ ...model.graph, outputs: [model.logits, model.scores] }));
    return {
      ...loaded,
      id: createHash('sha256').update(files.stamp).digest('hex'),
      files,
      model,
      engine,
      batchMemory: () => batchMemory(this.#options.batchMemory ?? beside(weights), engine.info.device),
      checkMemory: () => checkMemory(model.graph.name, live(), runMemory(this.#options.memory, engine.info.device)),
      compiled: (key, make, options) =>
        keptOr(executables, key, () =>
          blamingUs(key, graphs.compile(owner, make, options, chosen), () => runs(engine, model)),
        ),
      sha256: hash,
      dispose: () => {
        executables.clear();
        graphs.disown(owner);
      },
    };
  }

  /** The user's device, else the card's. */
  #wanted(card: Device): Device {
    const { device = 'auto' } = this.#options;
    return device === 'auto' ? card : device;
  }

  async dispose(): Promise<void> {
    this.#models.clear();
    await this.#devices?.then((devices) => devices.dispose()).catch(() => {});
    await this.#tf?.then((engine) => engine.dispose()).catch(() => {});
    await this.#engine?.then((engine) => engine.dispose()).catch(() => {});
  }
}

/** The engine for which a device may be chosen per model. */
const CHOOSES = 'onnxruntime';

/** The requested engine, on the CPU if devices are chosen per model. Throws `engine` if it has no such device. */
async function openBase(options: SessionOptions): Promise<Engine> {
  const { engine = CHOOSES } = options;
  if (engine !== CHOOSES) return openEngine(options);
  const opened = await openEngine({ ...options, device: 'cpu', runtime: cudaRuntime(options.runtimes) });
  return opened.info.id === CHOOSES ? opened : openEngine(options);
}

/** Whether the engine accepts the model itself, in its explained form. */
async function runs(engine: Engine, { graph, logits, scores }: LoadedModel['model']): Promise<boolean> {
  try {
    await (await engine.compile(prune({ ...graph, outputs: [...new Set([logits, scores])] }))).dispose();
    return true;
  } catch {
    return false;
  }
}
