import { errorText } from '../explainers/errorText.ts';

/**
 * A text with names of files, folders, fields or classes that is safe in VS Code: one line of at most 500 characters,
 * with invisible characters escaped, and nothing that becomes a link (`[text](command:…)` in notifications) or an icon
 * (`$(name)` in lists). Every text in a window of VS Code goes through here (a test checks it), because names come from
 * whoever made the folder.
 */
export function plainText(text: string): string {
  return errorText(errorText(text).replace(/([\]$])(?=\()/g, '$1 '));
}
