import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from './files.ts';

test('what is generated from declarations is up to date (npm run generate)', async () => {
  const check = promisify(execFile)(process.execPath, ['scripts/generate.mjs', '--check'], { cwd: root });
  const said = await check.then(({ stderr }) => stderr).catch((failed: { stderr: string }) => failed.stderr);
  expect(said).toBe('');
});
