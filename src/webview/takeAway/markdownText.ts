/** A text as Markdown that shows it as it is: no link, no HTML, no table cell that ends early. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~&]/g, '\\$&').replace(/\s+/g, ' ');
}
