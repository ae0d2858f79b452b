import { root, step } from './child.mjs';

/** Builds dist/. */
export async function buildAll() {
  process.chdir(root);
  await step('Building', async () => {
    const { build } = await import('../../esbuild.config.mjs');
    await build();
  });
}
