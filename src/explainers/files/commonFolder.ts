import path from 'node:path';

/** The deepest folder that contains all the files; if none does (on drives of Windows), the root of the first one. */
export function commonFolder(files: readonly string[], { dirname, sep } = path): string {
  return files.map(dirname).reduce((common, folder) => {
    while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep)) {
      const above = dirname(common);
      if (above === common) break;
      common = above;
    }
    return common;
  });
}
