import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension } from './workspace.ts';

describe('the manifest', () => {
  before(() => extension().activate());

  it('gives every command that it announces', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const announced: { command: string }[] = extension().packageJSON.contributes.commands;
    assert.ok(announced.length >= 8);
    for (const { command } of announced) assert.ok(registered.has(command), command);
  });

  it('gives settings with defaults', () => {
    const settings = vscode.workspace.getConfiguration('saliencyLens');
    assert.deepEqual(settings.get('methods'), ['gradCam']);
    assert.equal(settings.get('device'), 'auto');
    assert.equal(settings.get('idleMinutes'), 15);
  });

  it('wakes up by itself, to show the findings of the last check', () => {
    const { activationEvents } = extension().packageJSON;
    assert.ok(activationEvents.includes('onStartupFinished'));
  });

  it('runs where the files are, limits itself in untrusted workspaces, and says why it does not work in virtual ones', () => {
    const { capabilities, extensionKind } = extension().packageJSON;
    assert.deepEqual(extensionKind, ['workspace']);
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    assert.match(capabilities.untrustedWorkspaces.description, /No model is opened/);
    assert.equal(capabilities.virtualWorkspaces.supported, false);
    assert.match(capabilities.virtualWorkspaces.description, /disk/);
  });
});
