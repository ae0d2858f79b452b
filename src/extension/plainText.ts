import { errorText } from '../explainers/errorText.ts';

/**
 * A text with names of files, folders, fields or classes as VS Code may show it: one line of at most 500 characters, what cannot be seen
 * written out, and nothing that becomes a link (`[text](command:…)` in notifications) or an icon (`$(name)` in lists). Every text that
 * goes into a window of VS Code goes through here (a test holds it): names come from whoever made the folder.
 */
export function plainText(text: string): string {
  return errorText(errorText(text).replace(/([\]$])(?=\()/g, '$1 '));
}
