// npm start: the example workspace in VS Code, with the extension. npm start -- --headless: explained in this terminal.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './steps/child.mjs';
import { install } from './steps/install.mjs';

const usage = `npm start                          opens examples/ in VS Code with Saliency Lens
npm start -- FOLDER                the same with a folder of yours
npm start -- --browser [--port N]  in a VS Code served to a browser, even if a desktop VS Code is here
npm start -- --headless            explains the example images in this terminal`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    headless: { type: 'boolean' },
    browser: { type: 'boolean' },
    port: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});

try {
  if (values.help) console.log(usage);
  else await start();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function start() {
  await install();
  const { buildAll } = await import('./steps/build.mjs');
  await buildAll();
  const folder = path.resolve(positionals[0] ?? path.join(root, 'examples'));
  if (values.headless) {
    const { explainExamples } = await import('./start/headless.mjs');
    process.exitCode = await explainExamples();
    return;
  }
  const { findDesktop } = await import('./steps/desktop.mjs');
  const desktop = values.browser ? undefined : findDesktop();
  if (desktop) {
    const { openDesktop } = await import('./start/desktop.mjs');
    await openDesktop(desktop, folder);
  } else {
    const { serve } = await import('./start/browser.mjs');
    await serve(folder, values.port ? Number(values.port) : undefined);
  }
}
