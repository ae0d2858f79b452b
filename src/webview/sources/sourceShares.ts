import type { SourceShares, SourceValue } from '../../explainers/contracts/sources.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { comparedText } from '../classes/classList.ts';
import { furtherInputs, inputFields } from '../inputs/inputFields.ts';
import type { Scene } from '../state/scene.ts';

/** Methods that attribute within the sources; the first is the usual one. */
export const WITHIN: readonly (readonly [id: string, title: string])[] = [
  ['occlusion', 'Occlusion'],
  ['inputXGradient', 'Input × Gradient'],
  ['integratedGradients', 'Integrated Gradients'],
  ['lrp', 'LRP'],
  ['kernelShap', 'KernelSHAP'],
  ['lime', 'LIME'],
];

/** A bar of the chart. */
export interface SourceBar {
  readonly name: string;
  /** The value of the input, if it is short. */
  readonly text: string;
  readonly value: number;
  readonly error: number | null;
  /** −1 … 1, of the largest. */
  readonly share: number;
}

/** What a method gives within one input: bars, or tokens in a row. */
export interface WithinInput {
  readonly input: string;
  readonly tokens: boolean;
  readonly bars: readonly SourceBar[];
}

export interface SourcesModel {
  readonly label: string;
  readonly key: string;
  readonly status: 'waiting' | 'done' | 'failed';
  readonly fraction: number | null;
  readonly error: ErrorReport | null;
  readonly bars: readonly SourceBar[];
  /** Logit, logit of the baselines, what the values leave. */
  readonly sum: readonly [number, number, number] | null;
  readonly baselines: string;
  readonly method: string;
  readonly within: readonly WithinInput[];
  /** Why the method says nothing. */
  readonly refused: string | null;
}

/** How much each source contributes; null: there is one source only, or no class. */
export function sourcesModel(scene: Scene): SourcesModel | null {
  const { state, description, selected, replies, keys } = scene;
  if (!description || !selected || furtherInputs(description.card).length === 0) return null;
  const method = state.ui.sourcesMethod;
  const compared = comparedText(scene);
  const key = keys.sources(selected.index, method);
  const reply = replies.get('sourceShares', key);
  const found = reply.status === 'done' ? reply.value : null;
  const shapley = found?.shares.find((each) => each.method === 'shapley') ?? null;
  const within = found?.shares.find((each) => each.method === method) ?? null;
  const texts = new Map(inputFields(scene)?.map(({ name, text }) => [name, text ?? '']));
  return {
    label: compared === null ? selected.label : `${selected.label} and not ${compared}`,
    key,
    status: reply.status === 'done' || reply.status === 'failed' ? reply.status : 'waiting',
    fraction: reply.status === 'waiting' ? (reply.progress?.fraction ?? null) : null,
    error: reply.status === 'failed' ? reply.error : null,
    bars: shapley ? barsOf(shapley.values, (input) => short(texts.get(input) ?? '')) : [],
    sum: shapley ? [shapley.logit, shapley.baseline ?? 0, shapley.gap ?? 0] : null,
    baselines: (found?.baselines ?? [])
      .map(({ input, text }) => `${input} ${text === '' ? '(empty)' : text}`)
      .join(', '),
    method,
    within: within ? withinOf(within, texts) : [],
    refused: found?.refused.find((each) => each.method === method)?.reason ?? null,
  };
}

function withinOf({ values }: SourceShares, texts: ReadonlyMap<string, string>): readonly WithinInput[] {
  const inputs = [...new Set(values.map(({ input }) => input))].filter((input) => input !== 'image');
  const most = largest(values.filter(({ input }) => input !== 'image'));
  return inputs.map((input) => {
    const own = values.filter((each) => each.input === input);
    const tokens = own.some(({ part }) => part !== undefined);
    return { input, tokens, bars: barsOf(own, () => short(texts.get(input) ?? ''), most) };
  });
}

const largest = (values: readonly SourceValue[]) =>
  values.reduce((most, { value }) => Math.max(most, Math.abs(value)), 1e-12);

const barsOf = (
  values: readonly SourceValue[],
  text: (input: string) => string,
  most = largest(values),
): readonly SourceBar[] =>
  values.map((each) => ({
    name: each.text ?? each.input,
    text: each.part === undefined ? text(each.input) : '',
    value: each.value,
    error: each.error ?? null,
    share: each.value / most,
  }));

const SHORT = 24;
const short = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);
