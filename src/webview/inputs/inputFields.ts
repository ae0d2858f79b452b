import type { FurtherInput, InputField, ModelDescription } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import type { Scene } from '../state/scene.ts';
import { givenInputs } from '../state/selection.ts';

/** The further inputs that have a value for each image. */
export const furtherInputs = ({ inputs = [] }: ModelDescription['card']): readonly FurtherInput[] =>
  inputs.filter(({ kind }) => kind !== 'constant');

/** An input in the form; `given`: its value is the user's. */
export type Field = InputField & { readonly given: boolean };

/** The form's fields; null: the image is the model's only input. */
export function inputFields(scene: Scene): readonly Field[] | null {
  const { state, image, description, replies, keys } = scene;
  const inputs = description ? furtherInputs(description.card) : [];
  if (inputs.length === 0) return null;
  const given = givenInputs(state, image);
  const known = replies.value('inputs', keys.inputs);
  return inputs.map((input) => {
    const text = own(given, input.name);
    const found = known?.find(({ name }) => name === input.name) ?? awaited(input, text ?? null);
    return { ...found, given: text !== undefined };
  });
}

/** A field while its value is looked up. */
const awaited = ({ name, kind, choices }: FurtherInput, text: string | null): InputField => ({
  name,
  kind: kind as InputField['kind'],
  text,
  origin: null,
  source: '',
  ...(choices && { choices: Object.keys(choices) }),
});
