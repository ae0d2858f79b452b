import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../tidy/files.ts';

interface Target {
  readonly id: string;
  readonly runtime: string;
  readonly binaries: readonly string[];
  readonly image: readonly string[];
}
interface Shipped {
  readonly name: string;
  readonly files: RegExp;
}

const load = (file: string) => import(path.join(root, 'scripts', file));
const { targets, shippedPackages, hostTarget } = (await load('package/targets.mjs')) as {
  targets: readonly Target[];
  shippedPackages(target: Target): readonly Shipped[];
  hostTarget(): string;
};
const { nativePlatform } = (await load('package/binary.mjs')) as { nativePlatform(bytes: Buffer): string | undefined };
const { external } = (await import(path.join(root, 'esbuild.config.mjs'))) as { external: readonly string[] };
const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
const runtime = path.join(root, 'node_modules/onnxruntime-node/bin/napi-v6');

describe('packages', () => {
  test('there is one for this machine', () => {
    expect(targets.map(({ id }) => id)).toContain(hostTarget());
  });

  test.each(targets.flatMap(({ id, binaries }) => binaries.map((file) => [id, file] as const)))(
    '%s: %s is for that platform',
    (id, file) => {
      expect(nativePlatform(fs.readFileSync(path.join(runtime, file)))).toBe(id);
    },
  );

  test.each(targets)('$id: what it ships is locked, and what the bundles leave out is shipped', (target) => {
    const names = shippedPackages(target).map(({ name }) => name);
    expect(names.filter((name) => !lock[`node_modules/${name}`])).toEqual([]);
    // The other runtime is another platform's; TensorFlow is the user's own.
    const elsewhere = ['onnxruntime-node', 'onnxruntime-web', '@tensorflow/tfjs-node'].filter(
      (name) => name !== target.runtime,
    );
    expect(external.filter((name) => !names.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });

  test('a native file is recognised by its first bytes, and nothing else is one', () => {
    expect(nativePlatform(fs.readFileSync(path.join(root, 'package.json')))).toBeUndefined();
    expect(nativePlatform(Buffer.alloc(10))).toBeUndefined();
    // "MZ", and a header that would lie behind the end
    const cut = Buffer.alloc(64);
    cut.write('MZ');
    cut.writeUInt32LE(1000, 60);
    expect(nativePlatform(cut)).toBeUndefined();
  });
});
