// npm test: everything. Its last line is "N passed, N failed, N skipped".
//   npm test -- --long: every theme, precision and kill
//   npm test -- --only lint|types|unit|vscode [--only …] [--grep PATTERN] [--shuffle SEED]: the tests of each file in
//   another order
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, since, step } from './steps/child.mjs';
import { install } from './steps/install.mjs';

const names = ['lint', 'types', 'unit', 'vscode'];
const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    grep: { type: 'string' },
    shuffle: { type: 'string' },
    long: { type: 'boolean' },
  },
});
if (values.long) process.env.SALIENCY_LENS_LONG = '1';
if (values.shuffle !== undefined && !/^\d{1,9}$/.test(values.shuffle)) {
  console.error(`The seed of --shuffle is a whole number, not ${values.shuffle}.`);
  process.exit(2);
}
const wanted = values.only ?? (values.grep ? ['unit', 'vscode'] : names);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; parts are ${names.join(', ')}.`);
  process.exit(2);
}

// The programs that it started end with it.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.once(signal, () => process.exit(code)); // biome-ignore format: one line

const start = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const count = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

for (const name of ['test', 'unit', 'vscode']) fs.rmSync(path.join(root, 'out/logs', `${name}.log`), { force: true });
const installed = await attempt('install', async () => {
  await install();
  return true;
});
if (installed) await attempt('build', async () => (await import('./steps/build.mjs')).buildAll());

if (installed) {
  const parts = await import('./test/parts.mjs');
  const { setUpBrowser } = await import('./steps/browser.mjs');
  const found = wanted.some((name) => name === 'unit' || name === 'vscode') ? await setUpBrowser() : {};
  if (found.browser) process.env.SALIENCY_LENS_BROWSER = found.browser;
  if (found.reason) console.log(`Tests that need a browser are skipped: ${found.reason}`);
  await Promise.all([
    wanted.includes('lint') && part('Format and lint (biome)', parts.lint),
    wanted.includes('types') && part('Types (tsc)', parts.types),
  ]);
  const { vscode } = await import('./test/vscode.mjs');
  const onLine = (line) => line.startsWith('file ') && console.log(`  ${line}`);
  const inVSCode = wanted.includes('vscode') && (await attempt('package', () => vscode({ ...values, onLine })));
  // VS Code mostly waits, so both run at once. It comes first where both want a core.
  const nice = inVSCode ? 5 : 0;
  await Promise.all([
    wanted.includes('unit') &&
      part('Unit, law and reference tests (vitest)', () => parts.vitest('unit', { ...values, nice })),
    inVSCode && part('Tests in a real VS Code, on the packaged extension', inVSCode),
  ]);
}
if (total.failed > 0) console.log('\nThe whole output: out/logs; of tests in VS Code also out/vscode.');
console.log(`\nin ${since(start)}`);
console.log(count(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** What must go well before anything can be tested; undefined if it does not. */
async function attempt(name, work) {
  try {
    return await work();
  } catch (error) {
    total.failed++;
    console.log(`  FAILED ${name}\n${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Runs a part, says what failed and why what was skipped was, and adds to the total. */
async function part(title, work) {
  let outcome;
  try {
    outcome = await step(title, work, { lines: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    outcome = { passed: 0, failed: 1, failures: [{ name: title, message }], skipped: [] };
  }
  outcome.failures.forEach(({ name, message }, index) => {
    console.log(index < 20 ? `\n  FAILED ${name}\n${message.replace(/^/gm, '    ')}\n` : `  FAILED ${name}`);
  });
  const reasons = new Map();
  for (const { reason } of outcome.skipped) {
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const [reason, times] of reasons) console.log(`  skipped ${times}: ${reason}`);
  const numbers = { passed: outcome.passed, failed: outcome.failed, skipped: outcome.skipped.length };
  console.log(`  ${title}: ${count(numbers)}`);
  for (const key of Object.keys(total)) total[key] += numbers[key];
}
