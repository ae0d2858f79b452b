// Names of files come from whoever made a folder: what VS Code shows of them goes through one file, which makes plain
// texts of them.
import { expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

const SHOWS =
  /window\s*\.\s*(?:show(?:Information|Warning|Error)Message|showQuickPick|showInputBox|withProgress|setStatusBarMessage|createQuickPick|createInputBox|createStatusBarItem)\b|new\s+(?:vscode\.)?MarkdownString\b/;

test('only one file shows texts in windows of VS Code', () => {
  const direct = sourceFiles('src/extension').filter((file) => SHOWS.test(readText(file)));
  expect(direct).toEqual(['src/extension/say.ts']);
});

test('labels, descriptions, tooltips and titles that hold names are plain texts', () => {
  const makes = /new vscode\.(?:TreeItem|FileDecoration|Diagnostic|DiagnosticRelatedInformation)\(|\.title = /;
  const raw = sourceFiles('src/extension').filter(
    (file) => makes.test(readText(file)) && !readText(file).includes('plainText('),
  );
  expect(raw).toEqual([]);
});
