// An earlier version of this project, ready to be timed against this one.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';

/** A checkout of a revision under out/bench, with its own packages and its side of the benchmark built. */
export function revisionSide(name) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const revision = git('rev-parse', '--short=12', `${name}^{commit}`).trim();
  const folder = path.join(root, 'out/bench', revision);
  const side = path.join(folder, 'out/bench/ours.cjs');
  if (!existsSync(side)) {
    console.error(`preparing ${revision} …`);
    mkdirSync(folder, { recursive: true });
    const archive = execFileSync('git', ['archive', revision], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    const lock = (place) => readFileSync(path.join(place, 'package-lock.json'), 'utf8');
    const same = lock(folder) === lock(root);
    if (same) cpSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), { recursive: true });
    else execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'pipe' });
    execFileSync(process.execPath, [path.join(folder, 'scripts/bench/bundle.mjs')], { cwd: folder, stdio: 'inherit' });
  }
  return { revision, side };
}

/** Each of our cases on each model once, against the same of the other revision. */
export function rowsAgainst(rows, revision) {
  const once = new Map(rows.map((row) => [`${row.ours} ${row.model}`, row]));
  return [...once.values()].map(({ goal: _, times: __, ...row }) => ({ ...row, library: revision }));
}
