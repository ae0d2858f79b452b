// The mocha suite that runs inside the extension host (test/vscode/suite/), each of its tests as a test here.
import path from 'node:path';
import { expect, test } from 'vitest';
import { noBrowser, staged } from './harness/product.ts';
import { desktopVSCode, runOnCodeServer, runOnDesktop, type SuiteRun } from './harness/runSuite.ts';
import { root } from './harness/tools.ts';

const options = () => ({ dev: staged(), workspace: path.join(root, 'examples') });

async function runSuite(): Promise<SuiteRun & { skip?: string }> {
  const desktop = await desktopVSCode();
  if (desktop) return runOnDesktop(desktop, options());
  const reason = noBrowser();
  if (!reason) return runOnCodeServer(options());
  return { results: { done: true, tests: [] }, skip: `no desktop VS Code could be had, and ${reason}` };
}

const { results, problem, skip } = await runSuite();

for (const { title, state, error } of results.tests) {
  test(title, (context) => {
    if (state === 'pending') context.skip('pending in the suite');
    expect(error).toBeUndefined();
  });
}

test('the suite in the extension host came to its end', (context) => {
  if (skip) context.skip(skip);
  expect(problem).toBeUndefined();
});
