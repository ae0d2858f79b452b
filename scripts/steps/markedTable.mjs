function partsAt(text, mark) {
  const parts = text.split(mark);
  if (parts.length !== 3) throw new Error(`The text has no table between two lines ${mark}.`);
  return parts;
}

/** The lines between the two marks `<!-- NAME -->`. */
export const markedLines = (text, name) => partsAt(text, `<!-- ${name} -->`)[1].trim();

/** The text with the lines between the two marks `<!-- NAME -->` written again. */
export function replaceMarked(text, name, lines) {
  const mark = `<!-- ${name} -->`;
  const [before, , after] = partsAt(text, mark);
  return `${before}${mark}\n${lines}\n${mark}${after}`;
}

/** The text with the Markdown table between the two marks `<!-- NAME -->` written again. */
export function replaceTable(text, name, head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return replaceMarked(text, name, [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
}

/** Whether more is better, and between which ends. */
export const scale = (better, range) =>
  `${{ up: '↑', down: '↓', neither: '–' }[better]} ${range.map((end) => (end === Infinity ? '∞' : end)).join(' … ')}`;
