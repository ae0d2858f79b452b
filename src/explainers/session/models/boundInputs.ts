import { createHash } from 'node:crypto';
import type { Against, ImageRequest } from '../../contracts/results.ts';
import { contrastedModel } from './contrastedModel.ts';
import { type Feeds, withFeeds } from './fedEngine.ts';
import type { OpenModel } from './openModels.ts';

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

/** The same for a request of maps: the model as it is explained, which may compare each class with others. */
export async function explainedModel(
  open: OpenModel,
  request: Pick<ImageRequest, 'image' | 'inputs'> & { readonly against?: Against },
): Promise<OpenModel> {
  return contrastedModel(await boundModel(open, request), request.against);
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
