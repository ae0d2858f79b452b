/** Characters that open a level on the line itself, before a space: a list in a list, a key that is a map. */
const INDICATORS = '-?:';

/**
 * How deeply a YAML text may be nested at most, without parsing it: by brackets, and by lines that are indented further
 * and further. Brackets in quotes count too.
 */
export function deepest(text: string): number {
  let [most, open, depth] = [0, 0, 0];
  /** The lines around the current one, and it: their indentation, smaller to larger, and the levels that they open. */
  const around: { readonly indent: number; readonly levels: number }[] = [];
  for (const line of text.split(/[\r\n]/)) {
    const start = startOf(line);
    if (start.indent < line.length) {
      while (around.length > 0 && around.at(-1)!.indent >= start.indent) depth -= around.pop()!.levels;
      around.push(start);
      depth += start.levels;
    }
    let within = open;
    for (const character of line) {
      if (character === '[' || character === '{') within = Math.max(within, ++open);
      else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    }
    most = Math.max(most, depth + within);
  }
  return most;
}

/** A line's indentation, and how many levels it may open: its text may be the first of a map. */
function startOf(line: string): { readonly indent: number; readonly levels: number } {
  let indent = -1;
  let levels = 1;
  for (let i = 0; i < line.length; i++) {
    const isSpace = line[i] === ' ' || line[i] === '\t';
    if (!isSpace && indent < 0) indent = i;
    if (isSpace) continue;
    const ends = i + 1 === line.length || line[i + 1] === ' ' || line[i + 1] === '\t';
    if (!INDICATORS.includes(line[i]!) || !ends) break;
    levels++;
  }
  return { indent: indent < 0 ? line.length : indent, levels };
}
