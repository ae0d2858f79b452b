import { defineConfig } from 'vitest/config';

// Native code (ONNX Runtime, sharp) is loaded by many tests: each file gets a process of its own.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/vscode/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } }, // of a busy machine
  },
});
