/** No message is longer than that: names of files and words of a model come into it whole. */
const LONGEST = 500;

/** Control characters, with those that break a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Marks that turn the direction of a text, or hide in it: what stands behind them is read elsewhere than it is. */
const DIRECTION = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * A text with names of files, folders, fields or classes as VS Code may show it: one line without control characters and direction marks,
 * in which nothing becomes a link (`[text](command:…)` in notifications) or an icon (`$(name)` in lists). Every text that goes into a
 * window of VS Code goes through here (a test holds it): names come from whoever made the folder.
 */
export function plainText(text: string): string {
  const clean = text
    .slice(0, 4 * LONGEST)
    .replace(CONTROL, ' ')
    .replace(DIRECTION, '�')
    .replace(/\](?=\()/g, '] ')
    .replace(/\$(?=\()/g, '$ ');
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
