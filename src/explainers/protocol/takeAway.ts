/** What can be taken out of a panel, with the title of its command. */
export const TAKE_AWAY = {
  copyPicture: 'Copy Picture',
  savePicture: 'Save Picture as PNG…',
  saveVector: 'Save Picture as SVG…',
  saveMap: 'Save Raw Map (.npy)…',
  saveReport: 'Save Report (HTML)…',
  copyMarkdown: 'Copy Numbers as Markdown',
  copyCsv: 'Copy Numbers as CSV',
  copyCommand: 'Copy CLI Command',
} as const;

export type TakeAway = keyof typeof TAKE_AWAY;
