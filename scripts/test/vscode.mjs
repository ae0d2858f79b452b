// What the tests in the real VS Code need: a browser, code-server, the packaged extension. What is missing is said, not
// hidden.
import path from 'node:path';
import { hostTarget } from '../package/targets.mjs';
import { hostPackage } from '../start/hostPackage.mjs';
import { setUpBrowser } from '../steps/browser.mjs';
import { root } from '../steps/child.mjs';
import { setUpCodeServer, unsupported } from '../steps/codeServer.mjs';
import { vitest } from './parts.mjs';

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

/** Packages the extension, and gives the part that tests it in VS Code. */
export async function vscode({ grep, shuffle, onLine }) {
  const vsix = await hostPackage();
  return async () => {
    const { browser, reason } = await prepare();
    return vitest('vscode', {
      config: 'test/vscode/vitest.config.ts',
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
}
