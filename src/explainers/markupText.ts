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

/** A whole page that needs no other file, no network and no script. @param body markup */
export function pageMarkup(title: string, style: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markupText(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${markupText(title)}</h1>
${body}
</body>
</html>
`;
}
