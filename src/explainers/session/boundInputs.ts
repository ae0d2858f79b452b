import { createHash } from 'node:crypto';
import type { ImageRequest } from '../contracts/results.ts';
import type { Engine, Executable } from '../engines/engine.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { OpenModel } from './openModels.ts';

type Feeds = ReadonlyMap<string, Tensor>;

/**
 * A model with its further inputs held at an image's values: for methods and caches it is a model like any other, whose
 * only input is the image. Other values make another model, with another id.
 * @throws ExplainError the first value that is missing or wrong
 */
export async function boundModel(
  open: OpenModel,
  { image, inputs: given }: Pick<ImageRequest, 'image' | 'inputs'>,
): Promise<OpenModel> {
  if (!open.card.inputs && !given) return open;
  const { values, feeds } = await open.inputs.read(image, given);
  return { ...boundTo(open, feeds), inputValues: values };
}

/** The models that were bound last, so that equal values share their finished runs. */
const bound = new WeakMap<OpenModel['compiled'], Map<string, OpenModel>>();
const KEPT = 8;

function boundTo(open: OpenModel, feeds: Feeds): OpenModel {
  const hash = createHash('sha256');
  for (const [name, { dtype, data }] of feeds) hash.update(`${JSON.stringify(name)} ${dtype} ${data.join(' ')}\n`);
  const key = hash.digest('hex');
  const known = bound.get(open.compiled) ?? new Map<string, OpenModel>();
  bound.set(open.compiled, known);
  const found = known.get(key);
  if (found) known.delete(key);
  const model = found ?? { ...open, id: `${open.id} ${key}`, inputsKey: key, ...withFeeds(open, feeds) };
  known.set(key, model);
  if (known.size > KEPT) known.delete(known.keys().next().value!);
  return model;
}

/** What compiles a model's graphs, with values for its further inputs in every run. */
export function withFeeds<T extends Pick<OpenModel, 'engine' | 'compiled'>>(
  { engine, compiled }: T,
  feeds: Feeds,
): Pick<OpenModel, 'engine' | 'compiled'> {
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
