import { quoteEnd, skipSpace } from './jsonWalk.ts';

/**
 * Some members of a JSON object by name (plain ASCII), without reading the others: the text of each number or string,
 * from the last member of that name; undefined if there is none, or it is neither. The object is [start, end) of the
 * bytes, brackets included.
 */
export function pickMembers(
  bytes: Buffer,
  start: number,
  end: number,
  names: readonly string[],
): (string | number | undefined)[] {
  const found: (string | number | undefined)[] = names.map(() => undefined);
  let depth = 0;
  for (let at = start; at < end; at++) {
    const c = bytes[at]!;
    if (c === 0x22) {
      const quote = quoteEnd(bytes, at);
      if (quote < 0) break;
      if (depth === 1) {
        const colon = skipSpace(bytes, quote + 1);
        if (bytes[colon] === 0x3a) {
          const which = indexOfName(bytes, at, quote + 1, names);
          if (which >= 0) found[which] = scalar(bytes, skipSpace(bytes, colon + 1), end);
          at = colon;
          // A value is not a name, even if it is a string.
          const value = skipSpace(bytes, colon + 1);
          if (bytes[value] === 0x22) at = quoteEnd(bytes, value);
          if (at < 0) break;
          continue;
        }
      }
      at = quote;
    } else if (c === 0x7b || c === 0x5b) depth++;
    else if (c === 0x7d || c === 0x5d) depth--;
  }
  return found;
}

/** Which of the names is in the quotes at [start, end); −1: none. */
function indexOfName(bytes: Buffer, start: number, end: number, names: readonly string[]): number {
  const escaped = bytes.subarray(start, end).includes(0x5c);
  const text = escaped ? parsed(bytes, start, end) : bytes.toString('latin1', start + 1, end - 1);
  return names.indexOf(text as string);
}

function scalar(bytes: Buffer, start: number, limit: number): string | number | undefined {
  let end = start;
  if (bytes[start] === 0x22) end = quoteEnd(bytes, start) + 1;
  else for (let c = bytes[start]!; end < limit && c > 32 && c !== 0x2c && c !== 0x7d && c !== 0x5d; ) c = bytes[++end]!;
  const value = parsed(bytes, start, end);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function parsed(bytes: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString('utf8', start, end));
  } catch {
    return undefined;
  }
}
