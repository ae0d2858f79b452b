import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, eventually, extension, file, panels } from './workspace.ts';

const explain = (...selection: vscode.Uri[]) =>
  vscode.commands.executeCommand('saliencyLens.explainImage', selection[0], selection);

/** VS Code tells of new tabs a little later. */
const showing = (labels: readonly string[]) =>
  eventually(`panels ${labels}`, () => JSON.stringify(panels().sort()) === JSON.stringify(labels));

describe('the panel', () => {
  afterEach(closeAll);

  it('opens for an image, and its explainer process with it', async () => {
    await explain(file('photos', 'coffee.png'));
    await showing(['Explain coffee.png']);
    const pid = await eventually('the explainer process', () => extension().exports.explainerProcess());
    assert.notEqual(pid, process.pid);
    process.kill(pid, 0);
  });

  it('shows the next image that is asked for, unless it is pinned', async () => {
    await explain(file('photos', 'coffee.png'));
    await showing(['Explain coffee.png']);
    await explain(file('photos', 'chelsea.png'));
    await showing(['Explain chelsea.png']);
    await vscode.commands.executeCommand('saliencyLens.keepPanel');
    await explain(file('photos', 'camera.png'));
    await showing(['Explain camera.png', 'Explain chelsea.png']);
  });

  it('walks through the folder of its image', async () => {
    await explain(file('photos', 'astronaut.png'));
    await eventually('the next image', () => {
      void vscode.commands.executeCommand('saliencyLens.nextImage');
      return panels()[0] !== 'Explain astronaut.png' && panels()[0];
    });
    await vscode.commands.executeCommand('saliencyLens.previousImage');
    await eventually('an image', () => panels().length === 1);
  });

  it('comes to the front when its set is asked for again; another set gets its own', async () => {
    const settings = vscode.workspace.getConfiguration('saliencyLens');
    await settings.update('reusePanel', false, vscode.ConfigurationTarget.Workspace);
    await explain(file('photos', 'coffee.png'));
    await explain(file('photos', 'chelsea.png'));
    await explain(file('photos', 'coffee.png'));
    await showing(['Explain chelsea.png', 'Explain coffee.png']);
    await settings.update('reusePanel', undefined, vscode.ConfigurationTarget.Workspace);
    await eventually(
      'the first panel in front',
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'Explain coffee.png',
    );
  });

  it('opens for what the active tab shows', async () => {
    await vscode.commands.executeCommand('vscode.open', file('photos', 'camera.png'));
    await vscode.commands.executeCommand('saliencyLens.explainImage');
    await showing(['Explain camera.png']);
  });

  it('steps through several images by command', async () => {
    await explain(file('photos', 'coffee.png'), file('photos', 'chelsea.png'));
    await showing(['Explain coffee.png (1/2)']);
    // The page steps; until it is loaded it cannot.
    await eventually('the second image', () => {
      void vscode.commands.executeCommand('saliencyLens.nextImage');
      return panels()[0] === 'Explain chelsea.png (2/2)';
    });
    await vscode.commands.executeCommand('saliencyLens.previousImage');
    await eventually('the first image', () => panels()[0] === 'Explain coffee.png (1/2)');
  });

  it('opens for a folder, its images in natural order', async () => {
    await vscode.commands.executeCommand('saliencyLens.explainFolder', file('photos'));
    await eventually('the first of the folder', () => /^Explain astronaut\.png \(1\/[6-9]\)$/.test(panels()[0] ?? ''));
  });

  it('says so when a folder has no images, and opens nothing', async () => {
    const folder = file('empty');
    await vscode.workspace.fs.createDirectory(folder);
    await vscode.commands.executeCommand('saliencyLens.explainFolder', folder);
    assert.deepEqual(panels(), []);
  });

  it('gets a fresh explainer process when the memory of a batch is set', async () => {
    await explain(file('photos', 'coffee.png'));
    const before = await eventually('the explainer process', () => extension().exports.explainerProcess());
    const settings = vscode.workspace.getConfiguration('saliencyLens');
    await settings.update('batchMemory', 64, vscode.ConfigurationTarget.Global);
    try {
      await eventually('another process, or none', () => extension().exports.explainerProcess() !== before);
    } finally {
      await settings.update('batchMemory', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('gets a fresh explainer process by command', async () => {
    await explain(file('photos', 'coffee.png'));
    const before = await eventually('the explainer process', () => extension().exports.explainerProcess());
    await vscode.commands.executeCommand('saliencyLens.restartExplainer');
    const after = await eventually('another process', () => {
      const pid = extension().exports.explainerProcess();
      return pid !== before && pid;
    });
    process.kill(after, 0);
    await eventually('the end of the first', () => {
      try {
        process.kill(before, 0);
        return false;
      } catch {
        return true;
      }
    });
  });
});
