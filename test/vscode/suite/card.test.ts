import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { closeAll, eventually, extension, file } from './workspace.ts';

describe('a model card', () => {
  before(() => extension().activate());
  afterEach(async () => {
    await closeAll();
    await fs.promises.rm(file('typo.explain.json').fsPath, { force: true });
  });

  /** A card with a typo and a wrong word, in an editor. */
  async function typo(): Promise<vscode.Uri> {
    const card = file('typo.explain.json');
    const text = '{\n  // a typo and a wrong word\n  "model": "m.onnx", "task": "multi-lable", "lables": []\n}\n';
    await vscode.workspace.fs.writeFile(card, new TextEncoder().encode(text));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(card));
    return card;
  }

  it('is JSON with comments, and the example has nothing wrong with it', async () => {
    const card = file('photos', 'efficientnet-lite0.explain.json');
    const document = await vscode.workspace.openTextDocument(card);
    assert.equal(document.languageId, 'jsonc');
    await vscode.window.showTextDocument(document);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(vscode.languages.getDiagnostics(card), []);
  });

  it('is checked while it is typed', async () => {
    const card = await typo();
    const found = await eventually('diagnostics', () => {
      const all = vscode.languages.getDiagnostics(card);
      return all.length >= 2 && all;
    });
    assert.match(found.map(({ message }) => message).join('\n'), /lables/);
    assert.match(found.map(({ message }) => message).join('\n'), /multi-label/);
  });

  it('is completed from the schema', async () => {
    const card = await typo();
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      card,
      new vscode.Position(2, 2),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const field of ['input', 'thresholds', 'annotations']) assert.ok(labels.includes(field), labels.join());
  });
});
