import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readText, repositoryFiles, root, sourceFiles } from './files.ts';

const soft = 300;
const hard = 500;
const code = repositoryFiles().filter(
  (file) => /\.(ts|mjs|cjs|js|css|py)$/.test(file) && !/\.d\.ts$|\/generated\/|\/fixtures\//.test(file),
);

describe('files', () => {
  test(`have at most ${hard} lines`, () => {
    const lengths = code.map((file) => ({ file, lines: readText(file).split('\n').length }));
    const long = lengths.filter(({ lines }) => lines > soft).map(({ file, lines }) => `${file}: ${lines}`);
    if (long.length > 0) console.warn(`Over ${soft} lines, worth splitting: ${long.join(', ')}`);
    expect(lengths.filter(({ lines }) => lines > hard)).toEqual([]);
  });

  test('are few and small enough: fixtures at most 10 MB, the repository at most 60 MB', () => {
    const size = (files: readonly string[]) =>
      files.reduce((sum, file) => sum + fs.statSync(path.join(root, file)).size, 0) / 1e6;
    const all = repositoryFiles();
    expect(size(all)).toBeLessThan(60);
    expect(
      size(all.filter((file) => /^test\/.*fixtures?\//.test(file) || /^test\/(reference|onnxNode)\//.test(file))),
    ).toBeLessThan(10);
  });

  test('name no machine: no home folder, no path of where they were written', () => {
    const text = repositoryFiles().filter((file) =>
      /\.(ts|mjs|cjs|js|json|md|py|sh|css|html|txt|yml|toml)$/.test(file),
    );
    const homes = [os.homedir(), root].filter((place) => place.length > 5);
    const suspicious = /(^|[\s"'`(=])(\/home\/\w|\/Users\/\w|\/root\/|C:\\Users\\)/m;
    const found = text.filter((file) => {
      if (file === 'test/tidy/files.test.ts') return false;
      const content = readText(file);
      return suspicious.test(content) || homes.some((place) => content.includes(`${place}/`));
    });
    expect(found).toEqual([]);
  });

  test('are models that do not tell where they were made', () => {
    const models = repositoryFiles().filter((file) => /\.onnx(\.gz)?$/.test(file));
    const telling = models.filter((file) => {
      const bytes = fs.readFileSync(path.join(root, file));
      return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).includes('stack_trace');
    });
    expect(telling).toEqual([]);
  });

  test('use no `any`, no default export and no enum', () => {
    const rules: readonly [string, RegExp][] = [
      ['any', /(:\s*any\b|\bas any\b|<any>|\bany\[\]|,\s*any>)/],
      ['default export', /^export default /m],
      ['enum', /^\s*(export )?(const )?enum /m],
    ];
    const broken = [...sourceFiles('src'), ...sourceFiles('test')]
      .filter((file) => !/\.config\.ts$|^test\/tidy\//.test(file))
      .flatMap((file) => {
        const content = readText(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
        return rules.filter(([, pattern]) => pattern.test(content)).map(([name]) => `${file}: ${name}`);
      });
    expect(broken).toEqual([]);
  });

  test('leave nothing to do: no TODO, no FIXME, no skipped or focused test', () => {
    const marks = /\b(TODO|FIXME|XXX)\b|\b(it|test|describe)\.(only|todo)\(/;
    const broken = [...sourceFiles('src'), ...sourceFiles('test')].filter(
      (file) => !file.startsWith('test/tidy/') && marks.test(readText(file)),
    );
    expect(broken).toEqual([]);
  });
});
