// The manifest of the Indexed Job against Kubernetes' schema: `npm run test:clusters`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../data.ts';
import { cli } from '../explainers/cli/cli.ts';
import { missing, python } from './clusters.ts';

const file = path.join(root, 'examples/clusters/kubernetes.yaml');
const job = parse(readFileSync(file, 'utf8'));
const [script] = job.spec.template.spec.containers[0].args as string[];
/** The oldest version that the file says it needs, and a current one. */
const VERSIONS = ['1.29', '1.33'];

test.each(VERSIONS)('the Indexed Job is right for Kubernetes %s, and an invented field is not', (version) => {
  if (missing) return;
  const check = `import json, sys, kubernetes_validate
kubernetes_validate.validate(json.load(sys.stdin), '${version}', strict=True)`;
  const validate = (content: unknown) => execFileSync(python!, ['-c', check], { input: JSON.stringify(content), stdio: 'pipe' }); // biome-ignore format: one line
  validate(job);
  expect(() => validate({ ...job, spec: { ...job.spec, completion: 3 } })).toThrow(/completion/);
});

test('the number of shards is that of the completions, and the flags are those of evaluate', async () => {
  expect(/--shards (\d+)/.exec(script!)?.[1]).toBe(String(job.spec.completions));
  const { stdout } = await cli(['evaluate', '--help']);
  for (const [flag] of script!.matchAll(/--[a-z-]+/g)) expect(stdout, flag).toContain(`${flag} `);
});

test('the shell ends the program on SIGTERM, and its exit code distinguishes failed images from an attempt to repeat', () => {
  const run = (code: number) => {
    const evaluate = `saliency-lens() { return ${code}; }`;
    try {
      // A name with a hyphen is a function in bash only.
      execFileSync('bash', ['-c', `${evaluate}\n${script}`], { stdio: 'pipe' });
      return 0;
    } catch (thrown) {
      return (thrown as { status: number }).status;
    }
  };
  expect([0, 1, 2, 3].map(run)).toEqual([0, 0, 2, 3]);
});

beforeEach((context) => {
  if (missing && context.task.name.startsWith('the Indexed Job')) context.skip(missing);
});
