/** The text with the Markdown table between the two marks `<!-- NAME -->` written again. */
export function replaceTable(text, name, head, rows) {
  const mark = `<!-- ${name} -->`;
  const parts = text.split(mark);
  if (parts.length !== 3) throw new Error(`The text has no table between two lines ${mark}.`);
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  return `${parts[0]}${mark}\n${table}\n${mark}${parts[2]}`;
}

/** Whether more is better, and between which ends. */
export const scale = (better, range) =>
  `${{ up: '↑', down: '↓', neither: '–' }[better]} ${range.map((end) => (end === Infinity ? '∞' : end)).join(' … ')}`;
