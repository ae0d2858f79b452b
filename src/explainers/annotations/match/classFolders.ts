import { isRole, setOf } from './folderRoles.ts';

/**
 * The folders of images in a list of paths below a data set, each with its class: the first folder of the path, or the
 * second if all first ones are parts of the set (`train/cat/`). Empty if the folders say what kind of files they hold
 * (`images/`, `labels/`) and not what is in them.
 * @param paths with `/`; those of empty folders end with it
 */
export function classFoldersIn(paths: readonly string[]): ReadonlyMap<string, string> {
  const folders = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  folders.delete('');
  const first = new Set([...folders].map((folder) => folder.split('/', 1)[0]!));
  const level = first.size > 0 && [...first].every((name) => setOf(name) !== null) ? 1 : 0;
  const classes = new Map<string, string>();
  for (const folder of folders) {
    const name = folder.split('/')[level];
    if (!name) continue;
    if (isRole(name)) return new Map();
    classes.set(folder, name);
  }
  return classes;
}
