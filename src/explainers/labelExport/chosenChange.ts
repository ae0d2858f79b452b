import type { LabelChange } from '../contracts/labels/fix.ts';
import type { Finding } from '../contracts/results.ts';

/**
 * The change that a verdict of *wrong* asks for: another class takes a label's place, a label that is not seen or drawn
 * twice is removed, a missing one is added to the image. Null: only a person can say it, such as where a box belongs.
 */
export function changeOf({ kind, instead, label, verdict }: Finding): LabelChange | null {
  if (verdict?.verdict !== 'wrong') return null;
  if (kind === 'swapped' && instead) return { kind: 'class', to: instead.label };
  if (kind === 'doubtful' || kind === 'duplicate') return { kind: 'remove' };
  if (kind === 'unlabelled') return { kind: 'add', label, box: null };
  return null;
}
