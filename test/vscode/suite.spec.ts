// The mocha suite that runs inside the extension host (test/vscode/suite/), each of its tests as a test here.
import path from 'node:path';
import { expect, test } from 'vitest';
import { noBrowser, staged } from './harness/product.ts';
import { desktopWanted, runOnCodeServer, runOnDesktop, type SuiteRun } from './harness/runSuite.ts';
import { root } from './harness/tools.ts';

const options = () => ({ dev: staged(), workspace: path.join(root, 'examples') });

async function runSuite(): Promise<SuiteRun & { skip?: string }> {
  if (desktopWanted()) {
    const run = await runOnDesktop(options());
    // No VS Code could be downloaded: the other one does as well, if there is one.
    if (run.results.tests.length > 0 || noBrowser()) return run;
  }
  const reason = noBrowser();
  return reason ? { results: { done: true, tests: [] }, skip: reason } : runOnCodeServer(options());
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
