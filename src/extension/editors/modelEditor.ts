import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { errorReport } from '../../explainers/errors.ts';
import { Endpoint } from '../../explainers/protocol/endpoint.ts';
import type { ModelContents, ModelEditorHost, ModelEditorPage } from '../../explainers/protocol/modelPages.ts';
import type { Ctx } from '../ctx.ts';
import { cardBeside, writeModelCard } from '../models/modelCard.ts';
import { pageHtml, resourceRoots } from '../panels/html.ts';
import { guarded } from '../panels/pageRequests.ts';
import { refuseFields } from '../panels/refuseFields.ts';
import { webviewPort } from '../panels/webviewPort.ts';
import { showFailure } from '../report.ts';
import { FileWatch } from '../watch/fileWatch.ts';
import { escapeGlob } from '../watch/watchPattern.ts';
import { MAYBE_MODEL_EDITOR, MODEL_EDITOR } from './viewTypes.ts';

/** For one model; a model of more files is watched by the first ones. */
const MAX_FILES = 64;

/** Models in an editor that says what they are. Nothing is written by it. */
export function registerModelEditors(ctx: Ctx): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: (uri) => ({ uri, dispose: () => {} }),
    resolveCustomEditor: ({ uri }, view) => {
      const editor = new ModelEditor(ctx, view, uri.fsPath);
      view.onDidDispose(() => editor.dispose());
    },
  };
  const options = { supportsMultipleEditorsPerDocument: true, webviewOptions: { retainContextWhenHidden: true } };
  return vscode.Disposable.from(
    vscode.window.registerCustomEditorProvider(MODEL_EDITOR, provider, options),
    vscode.window.registerCustomEditorProvider(MAYBE_MODEL_EDITOR, provider, options),
  );
}

/** One model in one editor. */
class ModelEditor implements vscode.Disposable {
  readonly #ctx: Ctx;
  readonly #file: string;
  readonly #endpoint: Endpoint<ModelEditorHost, ModelEditorPage>;
  readonly #watch = new FileWatch();
  readonly #trust: vscode.Disposable;

  constructor(ctx: Ctx, view: vscode.WebviewPanel, file: string) {
    this.#ctx = ctx;
    this.#file = file;
    this.#endpoint = this.#connect(view.webview);
    this.#trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.#endpoint.notify('changed', {}));
    view.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(ctx.extensionUri) };
    view.webview.html = pageHtml(view.webview, ctx.extensionUri, 'modelEditor');
  }

  dispose(): void {
    this.#trust.dispose();
    this.#watch.dispose();
    this.#endpoint.dispose();
  }

  /** The card next to the model, which says how it is used; else the model itself. */
  get #model(): string {
    const card = cardBeside(this.#file);
    return existsSync(card) ? card : this.#file;
  }

  #connect(webview: vscode.Webview): Endpoint<ModelEditorHost, ModelEditorPage> {
    const { client, log, panels } = this.#ctx;
    const said = async (work: () => Promise<unknown>): Promise<null> => {
      try {
        await work();
      } catch (thrown) {
        showFailure(thrown, log);
      }
      return null;
    };
    return new Endpoint<ModelEditorHost, ModelEditorPage>(webviewPort(webview), {
      requests: guarded(
        {
          describe: (_: object, { signal }: { readonly signal: AbortSignal }) => this.#describe(signal),
          writeCard: () => said(async () => panels.cardWritten(this.#file, await writeModelCard(client, this.#model))),
          setUp: () => said(() => Promise.resolve(vscode.commands.executeCommand('saliencyLens.setUpModel', vscode.Uri.file(this.#model)))), // biome-ignore format: one line
          explain: () => said(() => this.#explain()),
          grantTrust: () => said(() => Promise.resolve(vscode.commands.executeCommand('workbench.trust.manage'))),
          showLog: () => {
            log.show();
            return null;
          },
        },
        refuseFields,
      ),
      notifications: {},
    });
  }

  async #describe(signal: AbortSignal): Promise<ModelContents> {
    const { client } = this.#ctx;
    const shown = { name: path.basename(this.#file), trusted: vscode.workspace.isTrusted };
    if (!shown.trusted) return { ...shown, description: null, error: null };
    const model = this.#model;
    try {
      const description = await client.request('describe', { model }, { signal });
      return { ...shown, description, error: null };
    } catch (thrown) {
      return { ...shown, description: null, error: errorReport(thrown) };
    } finally {
      void this.#watchFiles(model);
    }
  }

  async #watchFiles(model: string): Promise<void> {
    const read = await this.#ctx.client.request('modelFiles', { model }).catch(() => ({ files: [model] }));
    const files = [...new Set([this.#file, cardBeside(this.#file), ...read.files])].slice(0, MAX_FILES);
    const patterns = files.map((file) => ({ folder: path.dirname(file), glob: escapeGlob(path.basename(file)) }));
    this.#watch.set('model', patterns, () => this.#endpoint.notify('changed', {}));
  }

  async #explain(): Promise<void> {
    const { panels, models } = this.#ctx;
    const defaultUri = vscode.Uri.file(path.dirname(this.#file));
    const picked = await vscode.window.showOpenDialog({ title: 'Explain Image', openLabel: 'Explain', defaultUri });
    const image = picked?.[0]?.fsPath;
    if (image === undefined) return;
    await models.choose(image, this.#model);
    await panels.open([image]);
  }
}
