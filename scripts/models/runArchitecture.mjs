import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { root } from '../steps/child.mjs';
import { nameOf } from './cases.mjs';
import { measure } from './product.mjs';
import { columns } from './verdicts.mjs';

const revision = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();

/** What a case's entry in the state keeps of its steps: milliseconds by step, and the most memory in bytes. */
function taken(measured) {
  const steps = Object.entries(measured);
  return {
    ms: Object.fromEntries(steps.map(([name, { ms }]) => [name, ms])),
    peak: Math.max(0, ...steps.map(([, step]) => step.peak)),
  };
}

async function runCase({ framework, program, folder, exporter, built }) {
  const exported = await framework.ask({ do: 'export', exporter });
  if (exported.error) return { failed: exported.error };
  const { measured, ended } = await measure(program, folder, { ...built, file: exported.file });
  const good = Object.fromEntries(Object.entries(measured).filter(([, { ok }]) => ok));
  const verdict = await framework.ask({ do: 'judge', exporter, file: exported.file, measured: good });
  const judged = verdict.error ? {} : { columns: columns(exporter, { measured, ended }, verdict), numbers: verdict };
  const found = { ...judged, ...taken(measured) };
  if (found.columns?.predict.right) return found;
  const { invalid } = await framework.ask({ do: 'check', file: exported.file });
  if (invalid) return { ...found, invalid };
  return verdict.error ? { unjudged: verdict.error } : found;
}

/**
 * Measures an architecture's exports one after another; each is deleted before the next is made.
 * @param {string[]} exporters those that have not been measured
 */
export async function runArchitecture({ row, exporters, framework, program, folder, state }) {
  const add = (exporter, found) => {
    const entry = { name: nameOf(row, exporter), set: row.set, revision, ...found };
    // What this command could not judge is not known: the next run tries again.
    if (!found.unjudged) state.add(entry);
    return entry;
  };
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const built = await framework.ask({ do: 'build', line: row.line, folder });
  const entries = [];
  for (const exporter of exporters) {
    const found = built.error
      ? { failed: `cannot be built: ${built.error}` }
      : await runCase({ framework, program, folder, exporter, built });
    entries.push(add(exporter, found));
    for (const file of fs.readdirSync(folder)) {
      if (file !== 'photo.png') fs.rmSync(`${folder}/${file}`, { recursive: true });
    }
  }
  fs.rmSync(folder, { recursive: true });
  return entries;
}
