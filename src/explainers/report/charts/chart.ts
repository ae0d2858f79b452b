import { markupText } from '../../markupText.ts';

/** Okabe & Ito's colours, which people who confuse colours can tell apart; then greys. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8a8a00', '#555555'] as const;

/** Of a method, by its place. */
export function colourOf(i: number): string {
  return COLOURS[i % COLOURS.length]!;
}

/** An SVG image with a description for those who do not see it. @param body elements, escaped */
export function svg(width: number, height: number, title: string, body: readonly string[]): string {
  const label = markupText(title);
  return `<svg viewBox="0 0 ${width} ${fixed(height)}" width="${width}" role="img" aria-label="${label}"><title>${label}</title>${body.join('')}</svg>`;
}

export function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}"${more}>${markupText(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, more: string): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" ${more}/>`;
}

/** A hundredth of a pixel is enough, and keeps the page small. */
export function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** A label that fits: about this many characters. */
export function short(label: string, characters: number): string {
  const all = [...label];
  return all.length <= characters ? label : `${all.slice(0, characters - 1).join('')}…`;
}
