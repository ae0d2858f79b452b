/** Rows as text, columns aligned: numbers to the right, the rest to the left. */
export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => [...(row[column] ?? '')].length)));
  const numeric = head.map((_, column) => rows.every((row) => /^[-+\d.–]*%?$/.test(row[column] ?? '')));
  const cell = (row, column) => {
    const text = row[column] ?? '';
    return numeric[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  };
  return all.map((row) => `  ${head.map((_, column) => cell(row, column)).join('  ')}`.trimEnd()).join('\n');
}
