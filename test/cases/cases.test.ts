// Small inputs from public bug reports of tools like this one, with what is right of each: models/ and data/, a folder
// and a case.json each. All are generated. Where several outcomes are right, the value is asserted wherever one can be
// had.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from '../data.ts';
import { cli } from '../explainers/cli/cli.ts';
import { type Assertion, fallsShort } from './assertion.ts';

interface Case {
  readonly situation: string;
  readonly expected: string;
  /** A command line; double quotes hold words with spaces together. */
  readonly run: string;
  /** A script that makes the rest of the files. */
  readonly make?: string;
  readonly check: readonly Assertion[];
}

const folder = path.join(root, 'test/cases');
const names = ['models', 'data'].flatMap((part) =>
  readdirSync(path.join(folder, part))
    .filter((name) => existsSync(path.join(folder, part, name, 'case.json')))
    .map((name) => `${part}/${name}`),
);

/** Large files are kept compressed. */
function unpack(cwd: string): void {
  for (const name of ['model.onnx', 'expected.npy']) {
    const packed = path.join(cwd, `${name}.gz`);
    if (!existsSync(packed)) continue;
    writeFileSync(path.join(cwd, name), gunzipSync(readFileSync(packed)));
    rmSync(packed);
  }
}

test('there are cases', () => expect(names.length).toBeGreaterThan(100));

test.each(names)('%s', async (name) => {
  const { run, make, check } = JSON.parse(readFileSync(path.join(folder, name, 'case.json'), 'utf8')) as Case;
  const copy = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-case-'));
  try {
    const cwd = path.join(copy, path.basename(name));
    cpSync(path.join(folder, name), cwd, { recursive: true, verbatimSymlinks: true });
    unpack(cwd);
    if (make) execFileSync(process.execPath, [make], { cwd });
    const [, ...args] = [...run.matchAll(/"([^"]*)"|(\S+)/g)].map((word) => word[1] ?? word[2]!);
    const ran = await cli(args, { cwd });
    // Messages name the folder, whose name must not stand for what they should say.
    const bare = (text: string) => text.split(`${cwd}/`).join('').split(cwd).join('.');
    const told = { ...ran, stdout: bare(ran.stdout), stderr: bare(ran.stderr) };
    expect(check.map((each) => fallsShort(each, told, cwd)).filter(Boolean), told.stderr).toEqual([]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
