import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const WATCHED = [
  'openSync',
  'readFileSync',
  'readdirSync',
  'createReadStream',
  'writeFileSync',
  'open',
  'readFile',
] as const;
const WATCHED_PROMISES = ['open', 'readFile', 'readdir', 'writeFile', 'rename', 'rm', 'appendFile'] as const;

/**
 * Notes every file and folder that this process opens outside of the folders given. It sees what JavaScript opens;
 * native code is handed bytes here, not paths.
 */
export function watchOpened(allowed: readonly string[]): { readonly outside: string[] } {
  const outside: string[] = [];
  const note = (target: unknown) => {
    if (typeof target !== 'string' && !(target instanceof URL)) return;
    const file = path.resolve(target instanceof URL ? target.pathname : target);
    let real = file;
    try {
      real = fs.realpathSync(file);
    } catch {}
    if (!allowed.some((folder) => real === folder || real.startsWith(folder + path.sep))) outside.push(real);
  };
  const wrap = (owner: object, names: readonly string[]) => {
    const table = owner as Record<string, (...args: unknown[]) => unknown>;
    for (const name of names) {
      const original = table[name]!;
      table[name] = function (this: unknown, ...args: unknown[]) {
        note(args[0]);
        return original.apply(this, args);
      };
    }
  };
  const require = createRequire(`${process.cwd()}/`);
  wrap(require('node:fs'), WATCHED);
  wrap(require('node:fs/promises'), WATCHED_PROMISES);
  syncBuiltinESMExports();
  return { outside };
}
