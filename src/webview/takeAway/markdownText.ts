import { written } from '../../explainers/unseen.ts';

/** What Markdown acts upon within a line; `$` begins a formula. */
const SIGNS = /[\\`*_{}[\]<>()#+!|~&$]/g;
/** Where many programs would make a link of an address, although it stands for itself. */
const ADDRESSES = /:(?=\/\/)|(?<=www)\.|@/gi;

/**
 * A text as Markdown that shows it as it is: no link, no HTML, no formula, no table cell that ends early, and nothing
 * invisible that turns the text around.
 */
export function markdownText(text: string): string {
  return written(text.replace(/\s+/g, ' ')).replace(SIGNS, '\\$&').replace(ADDRESSES, '\\$&');
}
