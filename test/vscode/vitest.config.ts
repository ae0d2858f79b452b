import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Each spec starts a VS Code of its own; two at once would measure each other.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [process.env['SALIENCY_LENS_PAIRS'] ? 'test/vscode/*.bench.ts' : 'test/vscode/**/*.spec.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000, interval: 200 } }, // of a busy machine, which looking must not keep busy
  },
});
