import { ExplainError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';

/** A value that Grad-CAM and its family can look at. */
export interface Layer {
  /** The value's name in the model file. */
  readonly name: string;
  readonly op: string;
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  /** The one that `auto` takes. */
  readonly automatic: boolean;
}

/**
 * The layer of that name, or the automatic one, and what people should know of the choice.
 * @throws ExplainError `unsupported` where there is none, `usage` for an unknown name
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
  return {
    layer,
    note:
      name === 'auto'
        ? `Layer ${what}: the last value with height and width that all evidence passes through.`
        : `Layer ${what}, as chosen.`,
  };
}

export function noLayer(): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: 'No value between the image and the logits has channels, height and width.',
    subject: 'layer',
    next: 'Use a method that needs no layer, such as gradient.',
  });
}
