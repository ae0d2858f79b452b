import { written } from './unseen.ts';

/** No characters; XML forbids them. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** A text in HTML or SVG, in an element or an attribute. Invisible characters are escaped: some turn a text around. */
export function markupText(text: string): string {
  return written(text, '\t\n\r')
    .replace(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
