// The long form of one engine's tests: npm run test:webgpu, npm run test:tfjs; and of
// what needs Python: npm run test:python (PyTorch), npm run test:keras (TensorFlow), npm run test:clusters (Ray, and
// Slurm). The last line is "N passed, N failed, N skipped".
import { writeKerasFigures } from './keras/figures.mjs';
import { since } from './steps/child.mjs';
import { install } from './steps/install.mjs';
import { pythonWith } from './steps/pythonWith.mjs';
import { slurmMissing } from './steps/slurm.mjs';
import { buildTfjsNode } from './steps/tfjsNode.mjs';

/** What each takes: where its tests lie, what must be there first, and their environment. */
const ENGINES = {
  python: {
    files: 'test/python',
    prepare: async () => ({
      SALIENCY_LENS_TORCH: await pythonWith('python', 'PyTorch (a CPU build takes about 1 GB)'),
    }),
  },
  keras: {
    files: 'test/keras',
    prepare: async () => ({ SALIENCY_LENS_TENSORFLOW: await pythonWith('keras', 'TensorFlow (about 1.5 GB)') }),
    after: writeKerasFigures,
  },
  clusters: {
    files: 'test/clusters',
    prepare: async () => {
      const { build } = await import('../esbuild.config.mjs');
      await build();
      return {
        SALIENCY_LENS_CLUSTERS: await pythonWith('clusters', 'Ray, pandas, DuckDB and Polars (about 700 MB)'),
        SALIENCY_LENS_NO_SLURM: (await slurmMissing()) ?? '',
      };
    },
  },
  tfjs: {
    files: 'test/tfjs',
    prepare: async () => ({ SALIENCY_LENS_RUNTIMES: await buildTfjsNode() }),
  },
  webgpu: { files: 'test/webgpu', prepare: async () => ({ SALIENCY_LENS_WEBGPU_RUNS: '2000' }) },
};

const engine = Object.hasOwn(ENGINES, process.argv[2] ?? '') ? ENGINES[process.argv[2]] : undefined;
if (!engine) {
  console.error(`Which engine? ${Object.keys(ENGINES).join(', ')}.`);
  process.exit(2);
}
const start = Date.now();
await install();
const { setUpBrowser } = await import('./steps/browser.mjs');
const { browser } = await setUpBrowser();
if (browser) process.env.SALIENCY_LENS_BROWSER = browser;
const env = await engine.prepare();
const { vitest } = await import('./test/parts.mjs');
const { passed, failed, failures, skipped } = await vitest(process.argv[2], { files: engine.files, env });
if (failed === 0) engine.after?.();
for (const { name, message } of failures) console.log(`\n  FAILED ${name}\n${message.replace(/^/gm, '    ')}`);
for (const reason of new Set(skipped.map((each) => each.reason))) console.log(`  skipped: ${reason}`);
console.log(`\nin ${since(start)}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
