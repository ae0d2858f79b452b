import { stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { readWholeFile } from '../../files/plainFile.ts';
import { plainText } from '../../files/text.ts';
import { YamlFault, yamlMembers } from '../../files/yamlText.ts';

/** Larger files describe no set. */
const MAX_BYTES = 1 << 20;

/**
 * The folders with the labels of a YOLO set, from its YAML file: `train`, `val` and `test` name folders of images,
 * below `path` or the file's own folder, and the labels are in `labels` where a path has `images`. Folders that do not
 * exist are left out; null: the file names none that exists, or cannot be read.
 */
export async function labelFolders(file: string): Promise<readonly string[] | null> {
  const text = await readWholeFile(file, MAX_BYTES).then(plainText, () => null);
  if (text === null) return null;
  const [base, ...parts] = members(text);
  const own = dirname(file);
  const roots = [...(typeof base === 'string' ? [resolve(own, base)] : []), own];
  const named = parts.flatMap((part) =>
    typeof part === 'string' ? [part] : (part ?? []).flatMap(([, path]) => path ?? []),
  );
  const found = new Set<string>();
  for (const path of named) {
    // Roboflow writes ../train/images for train/images.
    const folders = roots.flatMap((root) => [resolve(root, path), join(root, path.replace(/^(?:\.\.[/\\])+/, ''))]);
    for (const folder of folders.map(labelsOf)) {
      if (!(await isFolder(folder))) continue;
      found.add(folder);
      break;
    }
  }
  return found.size > 0 ? [...found] : null;
}

function members(text: string): ReturnType<typeof yamlMembers> {
  try {
    return yamlMembers(text, ['path', 'train', 'val', 'valid', 'test']);
  } catch (thrown) {
    if (thrown instanceof YamlFault) return [];
    throw thrown;
  }
}

/** `set/images/train` → `set/labels/train`, by the last folder of that name, as Ultralytics does. */
function labelsOf(folder: string): string {
  const steps = folder.split(sep);
  const place = steps.lastIndexOf('images');
  return place < 0 ? folder : steps.with(place, 'labels').join(sep);
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
