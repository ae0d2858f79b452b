import { own, type Table } from '../../tables.ts';
import { activationLayers } from './activation.ts';
import { attentionLayers } from './attention.ts';
import { convolutionLayers } from './convolution.ts';
import type { LayerEntry } from './layer.ts';
import { mergingLayers } from './merging.ts';
import { normalisationLayers } from './normalisation.ts';
import { operations } from './operations.ts';
import { passingLayers } from './passing.ts';
import { poolingLayers } from './pooling.ts';
import { shapingLayers } from './shaping.ts';
import { tensorflowLayers } from './tensorflowOps.ts';

/** Every family of layers; a layer is declared once, in its family's file. */
const FAMILIES: readonly Table<LayerEntry>[] = [
  convolutionLayers,
  poolingLayers,
  normalisationLayers,
  activationLayers,
  mergingLayers,
  shapingLayers,
  attentionLayers,
  passingLayers,
  tensorflowLayers,
];

/** The layer of a class, or the operation that Keras stores as one; undefined if it is unknown. */
export function layerEntry(className: string, module: string): LayerEntry | undefined {
  const operation = isOperation(module) ? own(operations, className) : undefined;
  if (operation || (isOperation(module) && module !== GUESSED_OPERATION)) return operation;
  for (const family of FAMILIES) {
    const entry = own(family, className);
    if (entry) return entry;
  }
  return undefined;
}

/** The module of what looks like an operation in a file without modules. */
export const GUESSED_OPERATION = 'keras.ops';

/** Keras 3 stores `x + 1` and `ops.mean(x)` as operations, which have no weights and do not count as layers. */
export const isOperation = (module: string): boolean => /^keras\.(src\.)?ops\b/.test(module);
