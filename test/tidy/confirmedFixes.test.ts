// Annotation files are never written except by a confirmed fix: there is one place that edits them, and it is reached
// only by way of the difference that a person confirms.
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

const files = sourceFiles('src').map((file) => ({ file, text: readText(file) }));
const having = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

test('only the fix edits files in VS Code, and only after it was confirmed', () => {
  expect(having(/\bnew vscode\.WorkspaceEdit\b|\.applyEdit\(/)).toEqual(['src/extension/fixes/applyFix.ts']);
  expect(having(/\bapplyPlans\b/)).toEqual(['src/extension/fixes/applyFix.ts', 'src/extension/fixes/fixes.ts']);
  const { text } = files.find(({ file }) => file === 'src/extension/fixes/fixes.ts')!;
  const asked = text.indexOf('await this.#confirmed(plans)');
  expect(asked).toBeGreaterThan(0);
  expect(text.indexOf('if (!confirmed) return false;')).toBeGreaterThan(asked);
  expect(text.indexOf('await applyPlans(plans)')).toBeGreaterThan(text.indexOf('if (!confirmed) return false;'));
  expect(text.split('applyPlans(').length - 1).toBe(1);
});

test('the rooms that read annotations and plan fixes write nothing', () => {
  const rooms = /^src\/explainers\/(?:annotations|fixes|labelCheck)\//;
  const writing =
    /\bfrom '[^']*\/(?:writeWhole|writeInto|ownFolder)\.ts'|\b(?:writeFile|appendFile|rename|unlink|rm)(?:Sync)?\(/;
  expect(having(writing).filter((file) => rooms.test(file) && !file.endsWith('/journal.ts'))).toEqual([]);
});
