import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The files of the repository (tracked, or about to be), as paths with slashes relative to its root. */
export function repositoryFiles(): readonly string[] {
  listed ??= listFiles();
  return listed;
}

let listed: readonly string[] | undefined;

function listFiles(): readonly string[] {
  try {
    const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    return names.split('\0').filter((file) => file && fs.existsSync(path.join(root, file)));
  } catch {
    return everyFile(''); // not a git checkout: an unpacked archive
  }
}

function everyFile(folder: string): string[] {
  const skipped = new Set(['node_modules', '.git', 'dist', 'out', '.venv', '.vscode-test', 'coverage']);
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return [file];
    return skipped.has(entry.name) ? [] : everyFile(file);
  });
}

export const readText = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8');

/** Our TypeScript, generated files left out. */
export const sourceFiles = (folder: string): readonly string[] =>
  repositoryFiles().filter(
    (file) => file.startsWith(`${folder}/`) && /\.tsx?$/.test(file) && !/\.d\.ts$|\/generated\//.test(file),
  );
