// Numbers and names in a form for people.

/**
 * A class score: two digits are enough, four are noise to the eye. Small ones have two significant digits, because
 * among a thousand classes they are all that tells one from the other.
 */
export function score(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value > 0 && value < 0.001) return value.toExponential(1).replace('-', '−');
  if (value > 0 && value < 0.00995) return value.toFixed(4);
  if (value > 0 && value < 0.0995) return value.toFixed(3);
  return value.toFixed(2);
}

/** Three decimals, or none for integers, because the pointing game is 0 or 1. */
export function agreementNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3).replace('-', '−');
}

/** A number of unknown magnitude with three significant digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace('e+', 'e').replace('-', '−');
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(digits, 4)).replace('-', '−');
}

export function milliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function percent(value: number): string {
  return value >= 0.1 || value === 0 ? `${Math.round(value * 100)} %` : `${(value * 100).toFixed(1)} %`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** The last part of a path, with Windows' separators or ours. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || path;
}

/** The path relative to the workspace; unchanged if it is outside. */
export function relativePath(path: string, workspace: string | null): string {
  if (!workspace || !path.startsWith(workspace)) return path;
  const rest = path.slice(workspace.length);
  return /^[/\\]./.test(rest) ? rest.slice(1) : path;
}

/** `one`, `two` or `1,234` of something. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${value.toLocaleString('en')} ${value === 1 ? noun : plural}`;
}

/** A subject that names a file, perhaps with a line, can be opened. */
export function fileOf(subject: string): { readonly path: string; readonly line?: number } | null {
  const match = /^((?:[A-Za-z]:)?[/\\].*?\.[A-Za-z0-9]+)(?::(\d+)(?::\d+)?)?$/.exec(subject);
  if (!match?.[1]) return null;
  return match[2] === undefined ? { path: match[1] } : { path: match[1], line: Number(match[2]) };
}
