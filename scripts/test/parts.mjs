// The parts of `npm test`. Each gives numbers: passed, failed, and what was skipped, with the reason.
import fs from 'node:fs';
import path from 'node:path';
import { packageProgram, root, run } from '../steps/child.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, message: string }[]} failures
 * @property {{ name: string, reason: string }[]} skipped
 */

/** One program as one test. @returns {Promise<Outcome>} */
async function asOneTest(name, program, args) {
  const { code, output } = await run(process.execPath, [packageProgram(program), ...args], { log: 'test.log' });
  if (code === 0) return { passed: 1, failed: 0, failures: [], skipped: [] };
  return { passed: 0, failed: 1, failures: [{ name, message: output.trim().slice(-6000) }], skipped: [] };
}

export const lint = () =>
  asOneTest('format and lint', '@biomejs/biome/bin/biome', ['check', '.', '--max-diagnostics=50']);
export const types = () => asOneTest('types', 'typescript/bin/tsc', ['--noEmit']);

/** @returns {Promise<Outcome>} */
export async function vitest(name, { config, files, grep, shuffle, env = {}, onLine, nice } = {}) {
  const report = path.join(root, 'out/test', `${name}.json`);
  fs.mkdirSync(path.dirname(report), { recursive: true });
  fs.rmSync(report, { force: true });
  const reporter = path.join(root, 'scripts/test/reporter.mjs');
  const args = [
    'run',
    ...(files ? [files] : []),
    `--reporter=${reporter}`,
    ...(config ? ['--config', config] : []),
    ...(grep ? ['-t', grep] : []),
    ...(shuffle ? ['--sequence.shuffle.tests', `--sequence.seed=${shuffle}`] : []),
  ];
  const { code, output } = await run(process.execPath, [packageProgram('vitest/vitest.mjs'), ...args], {
    log: `${name}.log`,
    nice,
    env: {
      SALIENCY_LENS_REPORT: report,
      ...(grep ? { SALIENCY_LENS_GREP: grep } : {}),
      ...(shuffle ? { SALIENCY_LENS_SHUFFLE: shuffle } : {}),
      ...env,
    },
    onLine,
  });
  if (!fs.existsSync(report)) {
    return { passed: 0, failed: 1, failures: [{ name, message: output.trim().slice(-6000) }], skipped: [] };
  }
  const outcome = JSON.parse(fs.readFileSync(report, 'utf8'));
  if (code !== 0 && outcome.failed === 0) {
    outcome.failed = 1;
    outcome.failures.push({ name, message: output.trim().slice(-6000) });
  }
  return outcome;
}
