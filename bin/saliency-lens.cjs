#!/usr/bin/env node
// The command line. What it runs is dist/cli.cjs, built from src/explainers/cli/main.ts.
const fs = require('node:fs');
const path = require('node:path');

const bundle = path.join(__dirname, '..', 'dist', 'cli.cjs');
if (!fs.existsSync(bundle)) {
  process.stderr.write("saliency-lens is not built yet: run 'npm install && npm run build' in its folder first.\n");
  process.exit(2);
}
require(bundle).main();
