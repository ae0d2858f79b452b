/** Commas, semicolons (Excel in half of Europe) or tabs: whichever is most frequent in the first line. */
export function delimiterOf(firstLine: string): string {
  const count = (c: string) => firstLine.split(c).length;
  return [',', ';', '\t'].reduce((best, c) => (count(c) > count(best) ? c : best));
}

/** The first line that is not blank. */
export function firstLine(text: string): string {
  return text.split(/\r\n|\r|\n/, 2).find((line) => line.trim() !== '') ?? '';
}
