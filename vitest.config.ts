import { defineConfig } from 'vitest/config';

// As in the processes that run models (src/explainers/process/processEnv.ts), whose memory is measured: memory that is
// given back by one thread serves the others. A process reads it when it starts.
process.env['MALLOC_ARENA_MAX'] ??= '2';

// Native code (ONNX Runtime, sharp) is loaded by many tests: each file gets a process of its own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 180_000, // minutes on a busy machine
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } }, // of a busy machine
  },
});
