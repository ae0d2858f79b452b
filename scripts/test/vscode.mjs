// What the tests in the real VS Code need: a browser, code-server, the packaged extension. What is missing is said, not
// hidden.
import fs from 'node:fs';
import path from 'node:path';
import { hostTarget } from '../package/targets.mjs';
import { hostPackage } from '../start/hostPackage.mjs';
import { setUpBrowser } from '../steps/browser.mjs';
import { root } from '../steps/child.mjs';
import { setUpCodeServer, unsupported } from '../steps/codeServer.mjs';
import { vitest } from './parts.mjs';

export const figures = path.join(root, 'out/test/figures.txt');

/** Why VS Code cannot be driven through a browser here; undefined: it can, and all is set up. */
async function prepare() {
  const reason = unsupported();
  if (reason) return { reason };
  const found = await setUpBrowser();
  if (found.reason) return found;
  try {
    await setUpCodeServer();
    return found;
  } catch (error) {
    return { reason: `code-server could not be set up: ${error instanceof Error ? error.message : error}` };
  }
}

/** Times how long a person waits, so nothing else may run meanwhile. */
const TIMED = 'test/vscode/latency.spec.ts';

/** Packages the extension, and gives the parts that test it in VS Code: all tests but the timed ones, and these. */
export async function vscode({ grep, shuffle, onLine }) {
  const vsix = await hostPackage();
  fs.rmSync(figures, { force: true });
  let preparing;
  const part = async (name, files) => {
    preparing ??= prepare();
    const { browser, reason } = await preparing;
    return vitest(name, {
      config: 'test/vscode/vitest.config.ts',
      ...files,
      grep,
      shuffle,
      onLine,
      env: {
        SALIENCY_LENS_VSIX: vsix,
        SALIENCY_LENS_STAGED: path.join(root, 'out/package', hostTarget()),
        ...(browser ? { SALIENCY_LENS_BROWSER: browser } : {}),
        ...(reason ? { SALIENCY_LENS_NO_BROWSER: reason } : {}),
      },
    });
  };
  return { tests: () => part('vscode', { exclude: TIMED }), timed: () => part('vscodeTimed', { files: TIMED }) };
}
