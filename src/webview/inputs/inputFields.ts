import type { FurtherInput, InputField, ModelDescription } from '../../explainers/contracts/results.ts';
import type { InputSweep } from '../../explainers/contracts/sweep.ts';
import { own } from '../../explainers/tables.ts';
import type { Loaded } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import { givenInputs } from '../state/selection.ts';

/** The further inputs that have a value for each image. */
export const furtherInputs = ({ inputs = [] }: ModelDescription['card']): readonly FurtherInput[] =>
  inputs.filter(({ kind }) => kind !== 'constant');

/** What is known of other values of an input. */
export interface FieldVariation {
  readonly key: string;
  readonly reply: Loaded<InputSweep>;
  /** The class being explained, and the names of all. */
  readonly index: number;
  readonly label: string;
  readonly labels: readonly string[];
}

/**
 * An input in the form; `given`: its value is the user's. `variation`: other values are tried; null: they are not,
 * absent: they cannot be.
 */
export type Field = InputField & { readonly given: boolean; readonly variation?: FieldVariation | null };

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
    const varies = input.kind === 'category' || (input.kind === 'number' && input.shape.every((size) => size === 1));
    return { ...found, given: text !== undefined, ...(varies && { variation: variationOf(scene, input.name) }) };
  });
}

function variationOf({ state, keys, replies, selected, description }: Scene, name: string): FieldVariation | null {
  if (!state.wishes.vary?.includes(name) || !selected) return null;
  const key = keys.vary(name);
  const { index, label } = selected;
  return { key, reply: replies.get('inputSweep', key), index, label, labels: description?.card.labels ?? [] };
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
