// What is under test, as scripts/test.mjs made it, and the VS Code it is installed in.
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type Launched, type LaunchOptions, launch, saveEvidence } from './launch.ts';
import { root } from './tools.ts';

/** The product's id in VS Code. */
export const product = 'saliency-lens.saliency-lens';

function fromTestScript(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests by \`npm test\`.`);
  return value;
}

/** The packaged extension. */
export const vsix = (): string => fromTestScript('SALIENCY_LENS_VSIX');
/** The folder whose contents were packaged. */
export const staged = (): string => fromTestScript('SALIENCY_LENS_STAGED');
/** Why VS Code cannot be driven through a browser on this machine; undefined: it can. */
export const noBrowser = (): string | undefined => process.env['SALIENCY_LENS_NO_BROWSER'];

/**
 * Tests in one VS Code; all are skipped, with the reason, where none can be driven. In none of them may anything leave
 * the machine or a page throw.
 */
export function inVSCode(
  title: string,
  options: () => Omit<LaunchOptions, 'workspace'> & { workspace?: string },
  tests: (vscode: () => Launched) => void,
): void {
  describe(title, () => {
    let launched: Launched | undefined;
    let failed = false;
    const vscode = () => {
      if (!launched) throw new Error('VS Code did not start.');
      return launched;
    };
    beforeAll(async () => {
      if (noBrowser()) return;
      launched = await launch({ workspace: path.join(root, 'examples'), ...options() });
    });
    beforeEach((context) => {
      const reason = noBrowser();
      if (reason) context.skip(reason);
    });
    afterEach(async (context) => {
      if (!launched) return;
      if (context.task.result?.state === 'fail' && !failed) {
        failed = true; // the first failure's evidence
        await saveEvidence(title.replace(/\W+/g, '-'), launched.server, launched.workbench);
      }
      const { outside, errors } = launched.workbench;
      expect({ outside: outside.splice(0), errors: errors.splice(0) }).toEqual({ outside: [], errors: [] });
    });
    afterAll(async () => {
      await launched?.close();
    });
    tests(vscode);
  });
}

export const screenshot = (name: string): string => path.join(root, 'out/screenshots', `${name}.png`);
