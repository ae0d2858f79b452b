// `npm run models`: which image classifiers are explained rightly, by architecture and exporter.
//   npm run models                               the cases of test/models/manifest.jsonl that were not measured yet
//   npm run models -- --only 'timm/.*/dynamo'    cases whose SET/MODEL/EXPORTER matches
//   npm run models -- --only resnet50 --again    once more
//   npm run models -- --minutes 20               begins no architecture after that
//   npm run models -- --write                    what is known into docs/models.md
// Kept in out/models/state.jsonl, so that a killed run goes on. PyTorch and TensorFlow are in environments made once in
// out/models, or those of SALIENCY_LENS_PYTHON and SALIENCY_LENS_KERAS_PYTHON.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { architectures, frameworkOf, nameOf } from './models/cases.mjs';
import { Framework } from './models/framework.mjs';
import { writePage } from './models/page.mjs';
import { bundleProduct } from './models/product.mjs';
import { runArchitecture } from './models/runArchitecture.mjs';
import { State } from './models/state.mjs';
import { root, since } from './steps/child.mjs';
import { pythonWith } from './steps/pythonWith.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: 'Infinity' },
    again: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
/** Where the packages are listed, below test/; what they are; which variable names another Python. */
const ENVIRONMENTS = {
  torch: ['models/torch', 'PyTorch, timm, Transformers and Ultralytics (about 2 GB)', 'SALIENCY_LENS_PYTHON'],
  keras: ['models/keras', 'TensorFlow (about 1 GB)', 'SALIENCY_LENS_KERAS_PYTHON'],
};

function say({ name, failed, unjudged, invalid, columns, ms }, start) {
  if (unjudged) return console.log(`${name}: cannot be judged: ${unjudged.slice(0, 300)}`);
  if (failed) return console.log(`${name}: not exported: ${failed.slice(0, 160)}`);
  if (invalid) return console.log(`${name}: invalid: ${invalid.slice(0, 160)}`);
  const wrong = Object.entries(columns).filter(([, { right }]) => right === false);
  const how = wrong.length === 0 ? 'right' : 'WRONG';
  console.log(
    `${name}: ${how}, ${Math.round(Object.values(ms).reduce((a, b) => a + b, 0) / 1000)} s, ${since(start)} in all`,
  );
  for (const [column, { why }] of wrong) console.log(`    ${column} ${why.slice(0, 300)}`);
}

const start = Date.now();
const only = new RegExp(values.only);
const state = new State(path.join(root, 'out/models/state.jsonl'));
const wanted = ({ exporters, ...row }) =>
  exporters.filter((exporter) => {
    const name = nameOf(row, exporter);
    return only.test(name) && (values.again || !state.found.has(name));
  });
const todo = architectures().filter((row) => wanted(row).length > 0);
const frameworks = new Map();
const program = todo.length > 0 ? await bundleProduct() : '';
for (const row of todo) {
  if (Date.now() - start > Number(values.minutes) * 60_000) break;
  const kind = frameworkOf(row);
  if (!frameworks.has(kind)) frameworks.set(kind, new Framework(await pythonWith(...ENVIRONMENTS[kind]), kind));
  const begun = Date.now();
  const folder = path.join(root, 'out/models/case');
  const framework = frameworks.get(kind);
  const found = await runArchitecture({ row, exporters: wanted(row), framework, program, folder, state });
  for (const each of found) say(each, begun);
}
for (const framework of frameworks.values()) framework.stop();
if (values.write) writePage(state.found);
process.exit(0);
