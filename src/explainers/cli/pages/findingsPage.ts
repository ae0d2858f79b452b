import type { Finding, FindingKindInfo } from '../../contracts/results.ts';
import { written } from '../../unseen.ts';
import { bold, dim } from './style.ts';
import { type Cell, textTable, wrapped } from './textTable.ts';

/** How many findings of a kind are listed by default. */
const LISTED = 20;

/** Findings by their kinds, the most suspicious first, for a person. */
export function findingsPage(
  findings: readonly Finding[],
  kinds: readonly FindingKindInfo[],
  width: number,
  most = LISTED,
): string {
  const parts = kinds.flatMap(({ id, title, definition }) => {
    const own = findings.filter(({ kind }) => kind === id);
    if (own.length === 0) return [];
    const shown = own.slice(0, most);
    const rows = shown.map(({ score, image, label, instead, places, verdict }): Cell[] => [
      score,
      image,
      instead ? `${label} → ${instead.label}` : label,
      places.map(({ file, line }) => (line === null ? file : `${file}:${line}`)).join(', '),
      ...(findings.some((each) => each.verdict) ? [verdict?.verdict ?? ''] : []),
    ]);
    const head = ['score', 'image', 'class', 'where', ...(findings.some((each) => each.verdict) ? ['verdict'] : [])];
    const rest = own.length - shown.length;
    return [
      `${bold(written(title))}\n${wrapped(written(definition), width, '  ')}`,
      textTable(head, rows, width, 2),
      ...(rest > 0 ? [dim(`  and ${rest} more; --limit N shows more of them, --json all`)] : []),
      '',
    ];
  });
  return parts.length === 0 ? '' : `${parts.join('\n')}\n`;
}
