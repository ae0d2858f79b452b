import path from 'node:path';
import * as vscode from 'vscode';
import { errorReport } from '../explainers/errors.ts';
import { COMMANDS } from './commands/commands.ts';
import type { Ctx } from './ctx.ts';
import { DeviceStatus } from './devices/deviceStatus.ts';
import { registerImageEditor } from './editors/imageEditor.ts';
import { registerModelEditors } from './editors/modelEditor.ts';
import { Findings } from './findings/findings.ts';
import { LabelCheck } from './findings/labelCheck.ts';
import { showFindings } from './findings/showFindings.ts';
import { FindingsTree } from './findings/tree.ts';
import { Triage } from './findings/triage.ts';
import { Fixes } from './fixes/fixes.ts';
import { registerImageHover } from './hover/imageHover.ts';
import { linkQuestions } from './links/followLinks.ts';
import { LinkedFolders } from './links/linkedFolders.ts';
import { ModelMemory } from './models/modelMemory.ts';
import { PanelMemory } from './panels/panelMemory.ts';
import { Panels } from './panels/panels.ts';
import { showFailure } from './report.ts';
import { FolderEvaluation } from './results/folderEvaluation.ts';
import { ResultsPanel } from './results/resultsPanel.ts';
import { affects, checkedKinds, PROCESS_SETTINGS, panelSettings, processOptions, setting } from './settings.ts';
import { welcomeIfAsked } from './welcome.ts';
import { ExplainerClient } from './worker/client.ts';

/** The API of the active extension for other extensions and our own tests. */
export interface Api {
  /** Process id of the explainer process, if one is running. */
  explainerProcess(): number | undefined;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Saliency Lens', { log: true });
  const deviceStatus = new DeviceStatus();
  const own = (folder: string) => path.join(context.globalStorageUri.fsPath, folder);
  const linkedFolders = new LinkedFolders(context.workspaceState, () => vscode.workspace.isTrusted);
  const client = new ExplainerClient({
    entry: context.asAbsolutePath('dist/explainer.cjs'),
    log,
    processOptions: () => ({
      ...processOptions(),
      linked: linkedFolders.allowed,
      deviceChecks: own('devices'),
      runtimes: own('runtimes'),
      recheckDevice: deviceStatus.takeAgain(),
    }),
    idleMilliseconds: () => setting('idleMinutes') * 60_000,
  });
  const models = new ModelMemory(context.workspaceState);
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const findings = new Findings({
    storage,
    reviewer: {
      review: (request) => client.request('review', request),
      verdicts: (file) => client.request('verdicts', { file }),
    },
    minimumScore: () => setting('checkLabels.minimumScore'),
    showUnlikely: () => setting('checkLabels.showUnlikely'),
  });
  const labelCheck = new LabelCheck({ client, findings, log, storage, kinds: checkedKinds });
  const memory = new PanelMemory(context.workspaceState);
  const findingsTree = new FindingsTree(findings, context.workspaceState);
  const triage = new Triage({
    findings,
    order: () => findingsTree.order,
    show: (finding, where) => {
      // A sheet goes on by itself.
      if (where !== 'sheet') panels.showFinding(finding, { aside: false, keepFocus: where === 'tree' });
      findingsTree.reveal(finding, where === 'tree');
    },
  });
  const panels: Panels = new Panels({
    extensionUri: context.extensionUri,
    log,
    client,
    models,
    findings,
    memory,
    triage,
  });
  const fixes = new Fixes({ client, findings, labelCheck, log });
  const evaluation = new FolderEvaluation({
    program: context.asAbsolutePath('bin/saliency-lens.cjs'),
    runtimes: own('runtimes'),
    log,
    state: context.workspaceState,
    written: (out) => void new ResultsPanel(ctx, out),
  });
  const ctx: Ctx = {
    extensionUri: context.extensionUri,
    state: context.workspaceState,
    runtimes: own('runtimes'),
    log,
    client,
    models,
    panels,
    deviceStatus,
    findings,
    memory,
    labelCheck,
    findingsTree,
    triage,
    fixes,
    evaluation,
    linkedFolders,
    linkQuestions: linkQuestions(linkedFolders, { client, panels, findings, labelCheck }),
  };

  client.onDescribed((model, description) => deviceStatus.show(model, description));
  context.subscriptions.push(
    log,
    client,
    deviceStatus,
    panels,
    labelCheck,
    findingsTree,
    fixes,
    evaluation,
    ...showFindings(ctx),
    findings,
    registerImageEditor(panels),
    registerModelEditors(ctx),
    registerImageHover({ client, models, log }),
    vscode.window.registerWebviewPanelSerializer(Panels.viewType, panels),
    vscode.workspace.onDidGrantWorkspaceTrust(() => panels.trustGranted()),
    vscode.workspace.onDidRenameFiles(({ files }) =>
      panels.followRenames(files.map(({ oldUri, newUri }) => ({ from: oldUri.fsPath, to: newUri.fsPath }))),
    ),
    vscode.workspace.onDidChangeWorkspaceFolders(() => client.restart('the workspace has other folders')),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, ['methods', 'opacity', 'colorMap'])) panels.broadcastSettings(panelSettings());
      if (affects(event, PROCESS_SETTINGS)) client.restart('its settings have changed');
      if (affects(event, ['device'])) panels.computeAgain();
    }),
    ...COMMANDS.map((command) =>
      vscode.commands.registerCommand(command.id, async (...args: unknown[]) => {
        try {
          return await command.run(ctx, ...args);
        } catch (thrown) {
          showFailure(thrown, log);
          return undefined;
        }
      }),
    ),
  );
  const { unfinished } = evaluation;
  if (unfinished && vscode.workspace.isTrusted) evaluation.run(unfinished).catch((thrown) => showFailure(thrown, log));
  welcomeIfAsked();
  findings.restore().catch((thrown) => log.warn(`The last findings could not be read: ${errorReport(thrown).message}`));
  return { explainerProcess: () => client.pid };
}
