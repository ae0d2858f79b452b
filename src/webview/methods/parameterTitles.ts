// What parameters are called in forms: their names in cards and on the command line are short, and some are symbols.
import { own, table } from '../../explainers/tables.ts';

interface Title {
  readonly title: string;
  readonly unit?: string;
}

/** By name; by method and name, where methods count different things. */
const TITLES = table<Title>({
  absolute: { title: 'Absolute gradient' },
  alpha: { title: 'Shrinkage α' },
  average: { title: 'Average of the copies' },
  baseline: { title: 'Hidden pixels become' },
  block: { title: 'Blocks before the last' },
  composite: { title: 'Rules of the layers' },
  distance: { title: 'Distance of masks' },
  epsilon: { title: 'Absorbed evidence ε' },
  exact: { title: 'All coalitions up to', unit: 'superpixels' },
  features: { title: 'Coefficients', unit: 'superpixels' },
  first: { title: 'Rule of the first layer' },
  fusion: { title: 'Heads become' },
  gamma: { title: 'Favoured evidence γ' },
  grid: { title: 'Grid of a mask', unit: 'cells' },
  guided: { title: 'Guided gradients' },
  hide: { title: 'Hidden pixels become' },
  hides: { title: 'Hidden part' },
  kernelWidth: { title: 'Width of the kernel σ' },
  l1Reg: { title: 'Selection of superpixels' },
  last: { title: 'Last copy' },
  'legrad.last': { title: 'Last blocks' },
  layer: { title: 'Layer' },
  masker: { title: 'Hidden pixels become' },
  masks: { title: 'Masks', unit: 'images' },
  noise: { title: 'Noise σ' },
  noiseUnit: { title: 'Unit of the noise' },
  output: { title: 'Explained value' },
  p: { title: 'Shown share of the cells p' },
  pixels: { title: 'Visible pixels' },
  relu: { title: 'Only evidence for the class' },
  replacement: { title: 'Removed channels become' },
  rule: { title: 'Rule of integration' },
  'gradientShap.samples': { title: 'Samples', unit: 'places' },
  'kernelShap.samples': { title: 'Samples', unit: 'coalitions' },
  'smoothGrad.samples': { title: 'Samples', unit: 'noisy copies' },
  samples: { title: 'Samples', unit: 'masked images' },
  sampling: { title: 'Sampling' },
  segments: { title: 'Superpixels' },
  selection: { title: 'Selection of superpixels' },
  start: { title: 'Initial relevance' },
  steps: { title: 'Steps', unit: 'points' },
  stopWhenStable: { title: 'Stop when stable' },
  stride: { title: 'Step of the window' },
  surrogate: { title: 'Linear model' },
  target: { title: 'Target of the gradient' },
  top: { title: 'Best superpixels shown' },
  window: { title: 'Side of the window' },
});

const titleOf = (method: string, name: string): Title | undefined =>
  own(TITLES, `${method}.${name}`) ?? own(TITLES, name);

/** Whether a parameter has words of its own. */
export const isTitled = (method: string, name: string): boolean => titleOf(method, name) !== undefined;

/** `Side of the window (px)`; a parameter without words of its own by the words in its name. */
export function parameterTitle(method: string, name: string, unit?: string): string {
  const found = titleOf(method, name) ?? { title: worded(name) };
  const of = unit ?? found.unit;
  return of ? `${found.title} (${of})` : found.title;
}

function worded(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
