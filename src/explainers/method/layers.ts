import type { Layer } from '../contracts/layer.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import { ExplainError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { own } from '../tables.ts';
import type { Method } from './method.ts';

/**
 * The layer of that name, or the automatic one, and what people should know about the choice.
 * @throws ExplainError `unsupported` if there is none, `usage` for an unknown name
 */
export function chooseLayer(layers: readonly Layer[], name: string): { readonly layer: Layer; readonly note: string } {
  const automatic = layers.find((layer) => layer.automatic);
  if (!automatic) throw noLayer();
  const layer = name === 'auto' ? automatic : layers.find((candidate) => candidate.name === name);
  if (!layer) {
    const names = layers.map((candidate) => candidate.name);
    throw new ExplainError({
      kind: 'usage',
      message: `The model has no layer '${name}'.${didYouMean(name, names)}`,
      subject: 'layer',
      next: `Use auto ('${automatic.name}'), or a name that \`saliency-lens inspect\` lists under "layers".`,
    });
  }
  const what = `'${layer.name}' (${layer.op}, ${layer.shape.join(' × ')})`;
  const tokens = tokenNote(layer);
  return {
    layer,
    note:
      name === 'auto'
        ? `Layer ${what}: ${layer.reason ?? 'the last value with height and width'}.${tokens}`
        : `Layer ${what}, as chosen.${tokens}`,
  };
}

/** The layer that a method's parameters choose, `auto` or a name; undefined of a method that looks at none. */
export function chosenLayer(method: Pick<Method, 'parameters'>, values: AnyParameters): string | undefined {
  const declared = Object.entries(method.parameters).find(
    ([, spec]) => spec.kind === 'text' && spec.suggestions === 'layers',
  );
  return declared && String(own(values, declared[0]));
}

function tokenNote({ layout }: Layer): string {
  if (layout?.kind === 'channelsLast') return ' Its channels come last.';
  if (layout?.kind === 'scattered') {
    return ` Its places are in windows or in another order, and were rearranged on a grid of ${layout.grid.join(' × ')}.`;
  }
  if (layout?.kind !== 'tokens') return '';
  const dropped =
    layout.before === 0
      ? ''
      : layout.before === 1
        ? '; the class token is left out'
        : `; the ${layout.before} tokens in front (class, distillation, registers) are left out`;
  return ` Its tokens form a grid of ${layout.grid.join(' × ')}${dropped}.`;
}

export function noLayer(fused = false): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: 'No value between the image and the logits can be arranged as channels over height and width.',
    subject: 'layer',
    next: fused
      ? 'Use the model file from before ONNX Runtime optimised it, or use a method that needs no layer.'
      : 'Use a method that needs no layer; `saliency-lens inspect` lists those that can run.',
  });
}
