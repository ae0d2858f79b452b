import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { closeAll, eventually, extension, file, panels } from './workspace.ts';

const explain = (...selection: vscode.Uri[]) =>
  vscode.commands.executeCommand('saliencyLens.explainImage', selection[0], selection);

/** What our hover says at the first place of a text in a file. */
async function hoverAt(uri: vscode.Uri, text: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.positionAt(document.getText().indexOf(text) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  const contents = hovers.flatMap((hover) => hover.contents) as vscode.MarkdownString[];
  return contents
    .map((each) => each.value)
    .filter((value) => value.includes('data:image/jpeg'))
    .join('\n');
}

describe('a hover over the path of an image', () => {
  // A folder of its own, with the whole example in it: a model may be in use in the others.
  const python = () => file('hovered', 'train.py');

  before(async () => {
    await extension().activate();
    fs.cpSync(file('photos').fsPath, file('hovered').fsPath, { recursive: true });
    fs.writeFileSync(python().fsPath, "cup = open('coffee.png')\ngone = open('gone.png')\n");
  });
  after(() => fs.rmSync(file('hovered').fsPath, { recursive: true }));
  afterEach(closeAll);

  it('is the picture alone while no model is in use, then the classes and a heatmap, too', async () => {
    const alone = await hoverAt(python(), 'coffee.png');
    assert.equal(alone.split('data:image/jpeg').length, 2, alone.slice(0, 200));
    assert.ok(!alone.includes('espresso'));
    await explain(file('hovered', 'chelsea.png'));
    const deadline = Date.now() + 60_000;
    let seen = '';
    while (!seen.includes('espresso') && Date.now() < deadline) seen = await hoverAt(python(), 'coffee.png');
    assert.ok(seen.includes('espresso'), seen.replace(/base64,[^)|]*/g, ''));
    assert.equal(seen.split('data:image/jpeg').length, 3);
    assert.ok(seen.length < 100_000, String(seen.length));
  });

  it('is nothing where the file is not there, and where the setting is off', async () => {
    assert.equal(await hoverAt(python(), 'gone.png'), '');
    const settings = vscode.workspace.getConfiguration('saliencyLens');
    await settings.update('hover', false, vscode.ConfigurationTarget.Workspace);
    assert.equal(await hoverAt(python(), 'coffee.png'), '');
    await settings.update('hover', undefined, vscode.ConfigurationTarget.Workspace);
  });

  it('shows hostile names as text', async () => {
    const name = '[x](command:a)$(zap)<b>&www.x.org a@x.org.png';
    fs.copyFileSync(file('photos', 'coffee.png').fsPath, file('photos', name).fsPath);
    // Another document: VS Code notices only later that one has changed on disk.
    const yaml = file('photos', 'hostile.yaml');
    fs.writeFileSync(yaml.fsPath, `image: "${name}"\n`);
    const said = await hoverAt(yaml, 'command:a');
    fs.rmSync(yaml.fsPath);
    fs.rmSync(file('photos', name).fsPath);
    assert.ok(said.includes('zap'), said.slice(0, 300));
    assert.ok(!/\[x\]\(command|(?<!\\)<b>|(?<!\\)\$\(zap|www\.x|a@x/.test(said), said.slice(0, 300));
  });
});

describe('an image reopened with Saliency Lens', () => {
  before(() => extension().activate());
  afterEach(closeAll);

  it('is an editor of that file, and the commands of the panel work in it', async () => {
    await vscode.commands.executeCommand('vscode.openWith', file('photos', 'coffee.png'), 'saliencyLens.image');
    const tab = await eventually('the editor', () => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.ok(tab.input instanceof vscode.TabInputCustom && tab.input.viewType === 'saliencyLens.image');
    assert.deepEqual(panels(), []);
    const active = () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom && input.uri.path;
    };
    // Until the page is loaded it cannot step.
    await eventually('the editor of another image', () => {
      void vscode.commands.executeCommand('saliencyLens.nextImage');
      const path = active();
      return path && !path.endsWith('coffee.png');
    });
  });
});
