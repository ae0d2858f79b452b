// Announce once: what declares itself in a file of its own is in the room's table.
import { describe, expect, test } from 'vitest';
import { readText, repositoryFiles, sourceFiles } from './files.ts';

/** Room, its table, and the words by which a file is recognised as an entry for it. */
const registries: readonly { folder: string; table: string; entry: RegExp }[] = [
  { folder: 'src/explainers/methods', table: 'methods.ts', entry: /^export const \w+\s*=\s*defineMethod\(/m },
  { folder: 'src/explainers/metrics', table: 'metrics.ts', entry: /^export const \w+ = defineMetric\(/m },
  { folder: 'src/explainers/faithfulness', table: 'assessments.ts', entry: /^export const \w+ = defineAssessment\(/m },
  { folder: 'src/explainers/comparison', table: 'comparisons.ts', entry: /^export const \w+ = defineComparison[<(]/m },
  { folder: 'src/explainers/annotations/formats', table: 'formats.ts', entry: /^export const \w+ = defineFormat\(/m },
  { folder: 'src/explainers/ops', table: 'opTable.ts', entry: /^export const \w+Ops = defineOps\(/m },
  { folder: 'src/extension/commands', table: 'commands.ts', entry: /^export const \w+\s*:\s*Command\s*=/m },
  { folder: 'src/explainers/labelCheck', table: 'kinds.ts', entry: /^export const \w+ = defineKind\(/m },
  { folder: 'src/explainers/cli', table: 'verbs.ts', entry: /^export const \w+ = defineVerb\(/m },
  { folder: 'src/explainers/images/decoders', table: '../decode.ts', entry: /^export const \w+: ImageFormat =/m },
  { folder: 'src/explainers/importers', table: 'importers.ts', entry: /^export const \w+\s*:\s*Importer\s*=/m },
];

describe('registries are complete', () => {
  test.each(registries)('$folder/$table', ({ folder, table, entry }) => {
    const entries = sourceFiles(folder).filter((file) => entry.test(readText(file)));
    // In the table, or part of an entry that is.
    const text = [`${folder}/${table}`, ...entries].map(readText).join('\n');
    const unlisted = entries.filter((file) => !text.includes(`/${file.split('/').pop()}'`));
    expect(unlisted).toEqual([]);
    expect(entries.length, `${folder} has entries that ${entry} recognises`).toBeGreaterThan(0);
  });

  /** Where the entries of a room are tested one by one: by their id, by their file, or as a row of a table. */
  const tested: readonly (readonly [room: string, tests: RegExp])[] = [
    ['methods', /^test\/(?:explainers\/methods|reference)\//],
    ['metrics', /^test\/(?:explainers\/metrics|reference)\//],
    ['faithfulness', /^test\/(?:explainers\/faithfulness|reference)\//],
    ['comparison', /^test\/explainers\/comparison\//],
    ['annotations/formats', /^test\/explainers\/annotations\/formats\//],
    ['labelCheck', /^test\/explainers\/labelCheck\//],
    ['cli', /^test\/explainers\/cli\//],
    ['importers', /^test\/explainers\/importers\//],
  ];

  test.each(tested)('every entry of %s has a test of its own', (room, where) => {
    const { folder, entry } = registries.find((each) => each.folder === `src/explainers/${room}`)!;
    const texts = repositoryFiles()
      .filter((file) => where.test(file) && /\.(?:ts|py)$/.test(file))
      .map(readText);
    const named = (name: string) => new RegExp(`['"\`]${name}['"\`]|/${name}\\.ts'|^\\s*${name}:`, 'm');
    const untested = sourceFiles(folder)
      .filter((file) => entry.test(readText(file)))
      .map((file) => file.split('/').pop()!.replace('.ts', ''))
      .filter((name) => !texts.some((text) => named(name).test(text)));
    expect(untested).toEqual([]);
  });
});
