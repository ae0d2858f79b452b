import type { Finding } from '../../explainers/contracts/results.ts';
import { ExplainError } from '../../explainers/errors.ts';
import type { Findings } from './findings.ts';

/**
 * The current state of the finding that a menu, a tree item or a code action passes to a command. Throws `usage` if it
 * no longer exists.
 */
export function handedFinding(findings: Findings, handed: unknown): Finding {
  const given = typeof handed === 'object' && handed !== null && 'finding' in handed ? handed.finding : undefined;
  const found = isKey(given) ? findings.find(given) : undefined;
  if (found) return found;
  throw new ExplainError({
    kind: 'usage',
    message: 'This finding no longer exists.',
    next: 'Choose one in the view Label Findings, or check the labels again.',
  });
}

function isKey(value: unknown): value is Pick<Finding, 'file' | 'key'> {
  return typeof value === 'object' && value !== null && 'file' in value && 'key' in value;
}
