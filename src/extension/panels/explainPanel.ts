import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding, ImageAnnotations, ModelDescription } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { Endpoint, type Port } from '../../explainers/protocol/endpoint.ts';
import type {
  FindingFocus,
  HostSide,
  PageSide,
  PanelContents,
  PanelSettings,
  ViewNotifications,
} from '../../explainers/protocol/messages.ts';
import type { AskedBy, RequestOf } from '../../explainers/protocol/requests.ts';
import { handedFinding } from '../findings/handedFinding.ts';
import { CATALOGUE } from '../generated/catalogue.ts';
import { writeModelCard } from '../models/modelCard.ts';
import { workspaceOf } from '../models/modelMemory.ts';
import { pickModel } from '../models/pickModel.ts';
import { plainText } from '../plainText.ts';
import { panelSettings } from '../settings.ts';
import { pageHtml, resourceRoots } from './html.ts';
import { checkRequest, guarded, type Shown } from './pageRequests.ts';
import type { PanelDeps } from './panelDeps.ts';
import { type Outcome, Relay } from './relay.ts';
import { type FileChange, ShownFiles } from './shownFiles.ts';

const MAX_LOGGED = 10_000;
const MAX_NAMED = 10_000;

/** The initial content of a panel. */
export interface PanelStart {
  readonly images: readonly string[];
  readonly current: number;
  /** Null: to be found. */
  readonly model: string | null;
  /** The finding that the panel is opened for; null: none. */
  readonly focus: FindingFocus | null;
}

/**
 * One panel: a set of images, one of them shown, explained with one model. The page sends requests, and this answers
 * them.
 */
export class ExplainPanel implements vscode.Disposable {
  readonly #deps: PanelDeps;
  readonly #panel: vscode.WebviewPanel;
  /** To be remembered by. */
  readonly #id: string;
  readonly #endpoint: Endpoint<HostSide, PageSide>;
  readonly #files: ShownFiles;
  readonly #openedAt = Date.now();
  readonly #painted = new Set<string>();
  /** The models that the page may request: those found near the images, or chosen. */
  readonly #models = new Set<string>();
  /** Files that the page knows about. */
  readonly #named = new Set<string>();
  readonly #relay: Relay;
  readonly #findingsTold: vscode.Disposable;
  #contents: Promise<PanelContents>;
  #images: readonly string[];
  #current: number;
  #model: string | null;
  /** What the page is to show once it has loaded. */
  #focus: FindingFocus | null;
  #loaded = false;
  #disposed = false;

  constructor(deps: PanelDeps, panel: vscode.WebviewPanel, start: PanelStart, id: string) {
    this.#deps = deps;
    this.#panel = panel;
    this.#id = id;
    this.#images = start.images;
    this.#current = start.current;
    this.#model = start.model;
    this.#focus = start.focus;
    this.#findingsTold = deps.findings.onDidChange(() => this.#tellFindings());
    this.#files = new ShownFiles(deps, {
      changed: (what, value) => this.#changed(what, value),
      imageMoved: (from, to) => void this.followMoved((file) => (file === from ? to : file)),
      modelAppeared: () => void this.#showAnew(),
    });
    this.#relay = new Relay(deps.client, (method, outcome) => this.#answered(method, outcome));
    this.#endpoint = this.#connect(webviewPort(panel.webview));
    this.#contents = this.#load();
    // The page receives a failure when it requests this.
    this.#contents
      .then(({ model, settings }) => this.#relay.askAhead(this.#images[this.#current], model, settings.methods))
      .catch(() => {});
    panel.iconPath = vscode.Uri.joinPath(deps.extensionUri, 'media', 'panel.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(deps.extensionUri) };
    panel.webview.html = pageHtml(panel.webview, deps.extensionUri);
    this.#shown();
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get images(): readonly string[] {
    return this.#images;
  }

  get model(): string | null {
    return this.#model;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Comes to the front with a finding's image and class; `aside`: without taking the focus. */
  focus(focus: FindingFocus, aside: boolean): void {
    const covers = this.#panel.viewColumn === vscode.window.activeTextEditor?.viewColumn;
    this.#panel.reveal(aside && covers ? vscode.ViewColumn.Beside : undefined, aside);
    if (this.#loaded) this.#endpoint.notify('focus', focus);
    else this.#focus = focus;
  }

  /** Runs a command of the extension in the page. */
  command(id: ViewNotifications['command']['id']): void {
    this.#endpoint.notify('command', { id });
  }

  /** The panel became visible, or another editor covers it. */
  visibilityChanged(): void {
    this.#endpoint.notify('visibility', { visible: this.#panel.visible });
  }

  explainerStopped(report: ErrorReport): void {
    this.#endpoint.notify('explainerStopped', report);
  }

  /** Called when files that annotate an image were found after they had been requested. */
  annotationsFound(image: string): void {
    if (this.#images.includes(image)) this.#changed('annotationsChanged', { path: image });
  }

  settingsChanged(settings: PanelSettings): void {
    this.#contents = this.#contents.then((contents) => ({ ...contents, settings }));
    this.#endpoint.notify('settings', settings);
  }

  computeAgain(): void {
    if (this.#model !== null) this.#changed('modelChanged', { model: this.#model, files: [] });
  }

  trustGranted(): void {
    this.#contents = this.#contents.then((contents) => ({ ...contents, trusted: true }));
    this.#endpoint.notify('trust', { trusted: true });
  }

  /** Files were renamed or moved; the shown ones are followed to their new place. */
  async followMoved(moved: (file: string) => string): Promise<void> {
    const images = this.#images.map(moved);
    const model = this.#model && moved(this.#model);
    if (model === this.#model && images.every((image, i) => image === this.#images[i])) return;
    this.#images = images;
    const image = images[this.#current];
    if (model && model !== this.#model && image !== undefined) await this.#deps.models.choose(image, model);
    this.#model = model;
    this.#shown();
    await this.#showAnew();
  }

  /** Lets the user choose another model, remembers it for this folder, and shows the images with it. */
  async chooseModel(): Promise<string | null> {
    const image = this.#images[this.#current];
    if (image === undefined) return null;
    const { models } = await this.#deps.models.find(image);
    const model = await pickModel(models, this.#model, image);
    if (model) await this.use(model);
    return model;
  }

  dispose(): void {
    this.#disposed = true;
    this.#findingsTold.dispose();
    this.#endpoint.dispose();
    this.#files.dispose();
  }

  #connect(port: Port): Endpoint<HostSide, PageSide> {
    const { log, client } = this.#deps;
    return new Endpoint<HostSide, PageSide>(port, {
      requests: guarded(
        {
          ...this.#relay.handlers(),
          ready: async () => {
            const contents = await this.#contents;
            const focus = this.#focus;
            this.#focus = null; // a reloaded page shows what it showed last
            this.#loaded = true;
            const shown = { current: this.#current, model: this.#model, findings: this.#findings, focus };
            return { ...contents, ...shown, catalogue: CATALOGUE };
          },
          chooseModel: async () => {
            const model = await this.chooseModel();
            return model === null ? null : { model };
          },
          writeCard: async ({ model }) => {
            const card = await writeModelCard(client, model);
            await this.use(card);
            return { path: card };
          },
          openFile: async ({ path: file, line }) => {
            const at = new vscode.Range(Math.max(0, (line ?? 1) - 1), 0, Math.max(0, (line ?? 1) - 1), 0);
            await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), {
              viewColumn: vscode.ViewColumn.Beside,
              ...(line === undefined ? {} : { selection: at }),
            });
            return null;
          },
          openMethodPage: async ({ method }) => {
            if (!/^\w+$/.test(method)) return null; // it becomes part of a file's name
            const page = vscode.Uri.joinPath(this.#deps.extensionUri, 'docs', 'methods', `${method}.md`);
            await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
            return null;
          },
          restartExplainer: () => {
            client.restart('by the panel');
            client.start();
            return null;
          },
          grantTrust: async () => {
            await vscode.commands.executeCommand('workbench.trust.manage');
            return { trusted: vscode.workspace.isTrusted };
          },
          review: ({ finding, verdict, note }) => {
            const { findings } = this.#deps;
            return findings.review(handedFinding(findings, { finding }), verdict, note);
          },
        },
        (method, params) => checkRequest(method, params, this.#speaksOf()),
      ),
      notifications: {
        pageError: ({ message, stack }) => log.error(`Panel: ${String(stack ?? message).slice(0, MAX_LOGGED)}`),
        painted: ({ what }) => {
          if (this.#painted.has(what) || (what !== 'image' && what !== 'heatmap')) return;
          this.#painted.add(what);
          log.info(`First ${what} painted ${Date.now() - this.#openedAt} ms after the panel was opened.`);
        },
        showLog: () => log.show(),
        state: ({ current, model }) => {
          if (this.#images[current] === undefined || (model !== null && !this.#models.has(model))) return;
          const stepped = current !== this.#current;
          this.#current = current;
          this.#model = model;
          if (stepped) this.#tellFindings();
          this.#shown();
        },
      },
    });
  }

  async #load(): Promise<PanelContents> {
    const image = this.#images[this.#current];
    const found = image === undefined ? { model: null, models: [] } : await this.#deps.models.find(image);
    this.#model ??= found.model;
    for (const model of [...found.models, ...(this.#model === null ? [] : [this.#model])]) this.#models.add(model);
    this.#shown();
    return {
      panel: this.#id,
      images: this.#images,
      current: this.#current,
      model: this.#model,
      models: found.models,
      trusted: vscode.workspace.isTrusted,
      settings: panelSettings(),
      workspace: image === undefined ? null : workspaceOf(image),
      findings: this.#findings,
      focus: null,
    };
  }

  /** For the image shown. */
  get #findings(): readonly Finding[] {
    const image = this.#images[this.#current];
    return image === undefined ? [] : this.#deps.findings.of(image);
  }

  #tellFindings(): void {
    const image = this.#images[this.#current];
    if (image !== undefined) this.#endpoint.notify('findings', { image, findings: this.#findings });
  }

  /** Explains the images of this folder with another model. */
  async use(model: string): Promise<void> {
    const image = this.#images[this.#current];
    if (image !== undefined) await this.#deps.models.choose(image, model);
    this.#model = model;
    this.#models.add(model);
    await this.#showAnew();
  }

  async #showAnew(): Promise<void> {
    this.#relay.forgetAhead();
    this.#contents = this.#load();
    this.#endpoint.notify('show', await this.#contents);
  }

  /** Watches the files that an answer names, and remembers them in case the page asks to open one. */
  #answered<K extends AskedBy<'page'>>(method: K, { params, reply, error }: Outcome<K>): void {
    const file = error?.subject?.replace(/:\d+$/, '');
    const named = method === 'annotations' ? ((reply as ImageAnnotations | undefined)?.files ?? []) : [];
    for (const each of [...named.map((annotated) => annotated.path), ...(file ? [file] : [])])
      if (this.#named.size < MAX_NAMED) this.#named.add(each);
    if (method !== 'describe') return;
    const { model } = params as RequestOf<'describe'>;
    void this.#files.described(model, (reply as ModelDescription | undefined) ?? null);
  }

  #speaksOf(): Shown {
    const shown = [...this.#images, ...this.#models];
    const workspace = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const files = new Set([...this.#named, ...this.#findings.map(({ file }) => file)]);
    return {
      images: this.#images,
      models: this.#models,
      folders: [...new Set([...workspace, ...shown.map((file) => path.dirname(file))])],
      files,
    };
  }

  /** Tells the page that a file has changed; prefetched replies are no longer valid. */
  #changed<K extends FileChange>(what: K, value: ViewNotifications[K]): void {
    this.#relay.forgetAhead();
    this.#deps.log.info(`${what}: ${Object.values(value)}`);
    this.#endpoint.notify(what, value);
  }

  /** Updates the title and the watched files. */
  #shown(): void {
    if (this.#disposed) return;
    const image = this.#images[this.#current];
    this.#files.show(image, this.#model);
    if (image === undefined) return;
    this.#deps.memory.keep(this.#id, { images: this.#images, current: this.#current, model: this.#model });
    const place = this.#images.length > 1 ? ` (${this.#current + 1}/${this.#images.length})` : '';
    this.#panel.title = plainText(`Explain ${path.basename(image)}${place}`);
  }
}

function webviewPort(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (receive) => {
      const listener = webview.onDidReceiveMessage(receive);
      return () => listener.dispose();
    },
  };
}
