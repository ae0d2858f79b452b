import type { Shape } from '../../contracts/labels/annotation.ts';
import { type Problems, quoted } from '../problems.ts';
import type { Checked } from '../shapes/shapes.ts';

/**
 * The shape of a label; null if it has none, or one that cannot be drawn, which becomes a problem of its line.
 * @param whose before the fault: `annotation 3: `
 */
export function drawnShape(
  checked: Checked | null,
  label: string,
  line: number,
  problems: Problems,
  whose = '',
): Shape | null {
  if (checked === null) return null;
  if ('shape' in checked) return checked.shape;
  problems.add(line, `${whose}${checked.fault}; ${quoted(label)} counts as present, not drawn`);
  return null;
}
