import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { closeAll, eventually, extension, file } from './workspace.ts';

const box = '"image_id": 3, "category_id": 3,';
const ours = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Saliency Lens');
const pages = () =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs.map(({ label }) => label))
    .filter((label) => /^Explain /.test(label));

describe('Check Labels', () => {
  const labels = () => file('photos', 'wrong.json');

  before(async () => {
    await extension().activate();
    const text = fs.readFileSync(file('photos', 'photos.coco.json').fsPath, 'utf8');
    assert.ok(text.includes(box));
    fs.writeFileSync(labels().fsPath, text.replace(box, box.replace('"category_id": 3', '"category_id": 4')));
  });
  // Each on findings of its own; the journal knows what the model said.
  beforeEach(() => vscode.commands.executeCommand('saliencyLens.checkLabels', labels()));
  afterEach(closeAll);
  after(() => fs.rmSync(labels().fsPath));

  it('puts a finding on the line of the label, with its score’s kind, the page on it and the image', () => {
    const [found] = ours(labels()).filter(({ message }) => /espresso/.test(message));
    assert.ok(found);
    const line = fs.readFileSync(labels().fsPath, 'utf8').split('\n')[found.range.start.line];
    assert.ok(line?.includes('"image_id": 3, "category_id": 4,'), line);
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
    const { target } = found.code as { target: vscode.Uri };
    assert.ok(fs.readFileSync(target.fsPath, 'utf8').includes('## What is found'), target.fsPath);
    assert.equal(path.basename(found.relatedInformation?.[0]?.location.uri.fsPath ?? ''), 'chelsea.png');
  });

  it('offers at the light bulb to look at it and to judge it', async () => {
    await vscode.window.showTextDocument(labels());
    const [found] = ours(labels()).filter(({ message }) => /espresso/.test(message));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      labels(),
      found?.range,
    );
    const titles = actions.map(({ title }) => title);
    for (const title of ['Explain espresso in chelsea.png', 'Label Is Right', 'Label Is Wrong']) {
      assert.ok(titles.includes(title), titles.join());
    }
    const { command } = actions.find(({ title }) => title.startsWith('Explain'))!;
    await vscode.commands.executeCommand(command!.command, ...(command!.arguments ?? []));
    await eventually('the panel', () => pages().some((label) => label.startsWith('Explain chelsea.png')));
  });

  it('shows none below the score that the settings ask for', async () => {
    const settings = vscode.workspace.getConfiguration('saliencyLens');
    await settings.update('checkLabels.minimumScore', 1, vscode.ConfigurationTarget.Workspace);
    await eventually('no problem', () => ours(labels()).length === 0);
    await settings.update('checkLabels.minimumScore', undefined, vscode.ConfigurationTarget.Workspace);
    await eventually('the problems', () => ours(labels()).length > 0);
  });

  it('forgets them by command', async () => {
    assert.ok(ours(labels()).length > 0);
    await vscode.commands.executeCommand('saliencyLens.clearFindings');
    assert.deepEqual(ours(labels()), []);
  });
});
