import { defineConfig } from 'vitest/config';

// As in the processes that run models (src/explainers/process/processEnv.ts), whose memory is measured: memory that is
// given back by one thread serves the others. A process reads it when it starts.
process.env['MALLOC_ARENA_MAX'] ??= '2';

/**
 * Tests of functions without a state: they share processes, because loading the sources takes longer than running them.
 * They mock nothing, measure no memory (what is excepted does), and leave nothing behind.
 */
const TOGETHER = [
  'test/tidy/**',
  'test/laws/**',
  'test/reference/**',
  'test/onnxNode/**',
  'test/explainers/{annotations,autodiff,comparison,contracts,faithfulness,graph,images,importers,inputs}/**',
  'test/explainers/{labelCheck,lrp,method,methods,metrics,models,numerics,ops,overlay,perturbation}/**',
  'test/explainers/{report,results,reviews,session,statistics,tensor}/**',
].map((folder) => `${folder}/!(largeCoco|largeGraphs|modelMemory|runMemory|inBrowser).test.ts`);
const ALL = 'test/**/*.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: 'test/equalArrays.ts',
    maxWorkers: 2,
    testTimeout: 180_000, // minutes on a busy machine
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } }, // of a busy machine
    projects: [
      // Native code (ONNX Runtime, sharp) is loaded by many tests: each file gets a process of its own.
      { extends: true, test: { name: 'alone', include: [ALL], exclude: ['test/vscode/**', ...TOGETHER] } },
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
    ],
  },
});
