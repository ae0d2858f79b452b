import path from 'node:path';
import { must, root } from '../steps/child.mjs';
import { hostPackage } from './hostPackage.mjs';

/**
 * Opens a folder in the desktop VS Code with the extension as it was just built. From a remote terminal the window is
 * on another machine, which cannot develop an extension here: there the packaged extension is installed.
 */
export async function openDesktop({ program, remote }, folder) {
  if (remote) {
    await must(program, ['--install-extension', await hostPackage(), '--force'], { log: 'start.log' });
    await must(program, [folder], { log: 'start.log' });
    console.log(`Saliency Lens is installed in the VS Code of this terminal, and ${folder} is open in it.`);
  } else {
    // The extension shows its first steps.
    const env = { SALIENCY_LENS_WELCOME: '1' };
    await must(program, ['--new-window', `--extensionDevelopmentPath=${root}`, folder], { log: 'start.log', env });
    console.log(`VS Code opens ${path.relative(process.cwd(), folder) || folder} with Saliency Lens.`);
  }
  console.log('Follow the first steps, or right-click an image in its Explorer and choose "Explain Image".');
}
