import path from 'node:path';
import * as vscode from 'vscode';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import type { Finding, ImageAnnotations, ModelDescription } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { fileOnDisk } from '../../explainers/files/inside.ts';
import { Endpoint, type Port } from '../../explainers/protocol/endpoint.ts';
import type {
  FindingFocus,
  HostSide,
  OpenedContents,
  PageSide,
  PanelContents,
  PanelSettings,
  TriageAction,
  ViewNotifications,
} from '../../explainers/protocol/messages.ts';
import type { AskedBy, RequestOf } from '../../explainers/protocol/requests.ts';
import { CATALOGUE } from '../generated/catalogue.ts';
import type { Neighbours } from '../images.ts';
import { writeModelCard } from '../models/modelCard.ts';
import { workspaceOf } from '../models/modelMemory.ts';
import { pickModel } from '../models/pickModel.ts';
import { plainText } from '../plainText.ts';
import { panelSettings } from '../settings.ts';
import { BoxDrawing } from './boxDrawing.ts';
import { pageHtml, resourceRoots } from './html.ts';
import { OpeningStages } from './openingStages.ts';
import { checkRequest, guarded } from './pageRequests.ts';
import type { PanelDeps } from './panelDeps.ts';
import { type Outcome, Relay } from './relay.ts';
import { segmentFilesOf } from './segmentFiles.ts';
import { type FileChange, ShownFiles } from './shownFiles.ts';
import { ShownSet, type Start } from './shownSet.ts';
import { vscodeHandlers } from './vscodeHandlers.ts';
import { webviewPort } from './webviewPort.ts';

const MAX_LOGGED = 10_000;

/** The initial content of a panel. */
export interface PanelStart extends Start {
  /** The finding that the panel is opened for; null: none. */
  readonly focus: FindingFocus | null;
  /** The images are the neighbours of the one that was asked for. */
  readonly walks?: boolean;
  /** The user wants to keep it as it is. */
  readonly pinned?: boolean;
  /** VS Code opened it as the editor of a file, and gives it its title. */
  readonly editor?: boolean;
}

/** What a panel tells the others. */
export interface PanelEvents {
  /** Whether it may be reused has changed. */
  readonly previewChanged: () => void;
  /** The user steps over an end of its images. */
  readonly beyond: (by: number) => void;
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
  readonly #stages = new OpeningStages();
  readonly #set: ShownSet;
  readonly #relay: Relay;
  readonly #findingsTold: vscode.Disposable;
  #contents: Promise<PanelContents>;
  readonly #events: PanelEvents;
  readonly #editor: boolean;
  #walks: boolean;
  #pinned: boolean;
  /** The user has made something of it that another image would take away. */
  #touched = false;
  /** What the page is to show once it has loaded. */
  #focus: FindingFocus | null;
  #loaded = false;
  readonly #drawing = new BoxDrawing();
  #disposed = false;

  constructor(deps: PanelDeps, panel: vscode.WebviewPanel, start: PanelStart, id: string, events: PanelEvents) {
    this.#deps = deps;
    this.#events = events;
    this.#editor = start.editor ?? false;
    this.#walks = start.walks ?? false;
    this.#pinned = start.pinned ?? false;
    this.#panel = panel;
    this.#id = id;
    this.#set = new ShownSet(start);
    this.#focus = start.focus;
    this.#findingsTold = deps.findings.onDidChange(() => this.#tellFindings());
    this.#files = new ShownFiles(deps, {
      changed: (what, value) => this.#changed(what, value),
      imageMoved: (from, to) => void this.followMoved((file) => (file === from ? to : file)),
      modelAppeared: () => void this.#showAnew(),
    });
    this.#relay = new Relay(deps.client, {
      answered: (method, outcome) => {
        this.#stages.reach(`${method} answered`);
        this.#answered(method, outcome);
      },
      early: (key, reply) => this.#endpoint.notify('early', { key, reply }),
    });
    this.#endpoint = this.#connect(webviewPort(panel.webview));
    this.#contents = this.#load();
    // The page receives a failure when it requests this.
    this.#contents
      .then((contents) => {
        this.#stages.reach('model found');
        this.#endpoint.notify('opened', this.#opened(contents));
        this.#relay.askAhead(this.#set.image, contents.model, contents.settings.methods);
      })
      .catch(() => {});
    panel.webview.options = { enableScripts: true, localResourceRoots: resourceRoots(deps.extensionUri) };
    panel.webview.html = pageHtml(panel.webview, deps.extensionUri);
    this.#shown();
  }

  get active(): boolean {
    return this.#panel.active;
  }

  /** The image shown. */
  get image(): string | undefined {
    return this.#set.image;
  }

  /** It walks through a folder, and another image may take its place. */
  get preview(): boolean {
    return this.#walks && !this.#editor && !this.#pinned && !this.#touched && !this.#tabPinned;
  }

  /** It was opened by VS Code as the editor of a file. */
  get editor(): boolean {
    return this.#editor;
  }

  get #tabPinned(): boolean {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    return tabs.some(
      ({ isPinned, label, input }) =>
        isPinned && label === this.#panel.title && input instanceof vscode.TabInputWebview,
    );
  }

  get images(): readonly string[] {
    return this.#set.images;
  }

  get model(): string | null {
    return this.#set.model;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** The user keeps it: another image gets a panel of its own. */
  pin(): void {
    this.#pinned = true;
    this.#shown();
    this.#events.previewChanged();
  }

  /** Shows another image among its neighbours, in place of the present one. */
  async walkFrom({ images, current }: Neighbours): Promise<void> {
    this.#walks = true;
    this.#set.replace({ images, current });
    this.#shown();
    await this.#showAnew();
    this.#tellFindings();
  }

  /** Comes to the front with a finding's image and class, with the focus or without; `aside`: next to an editor. */
  focus(focus: FindingFocus, { aside, keepFocus }: { readonly aside: boolean; readonly keepFocus: boolean }): void {
    const covers = this.#panel.viewColumn === vscode.window.activeTextEditor?.viewColumn;
    this.#panel.reveal(aside && covers ? vscode.ViewColumn.Beside : undefined, keepFocus);
    if (this.#loaded) this.#endpoint.notify('focus', focus);
    else this.#focus = focus;
  }

  /** Lets the user draw a box on an image that is shown. Null: they have changed their mind. */
  draw(image: string, label: string, box: FixBox | null): Promise<FixBox | null> {
    // A page that loads receives what is sent after its contents.
    return this.#drawing.begin(this.#contents, (id) => this.#endpoint.notify('drawBox', { id, image, label, box }));
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
    if (this.images.includes(image)) this.#changed('annotationsChanged', { path: image });
  }

  settingsChanged(settings: PanelSettings): void {
    this.#contents = this.#contents.then((contents) => ({ ...contents, settings }));
    this.#endpoint.notify('settings', settings);
  }

  computeAgain(): void {
    if (this.model !== null) this.#changed('modelChanged', { model: this.model, files: [] });
  }

  trustGranted(): void {
    this.#contents = this.#contents.then((contents) => ({ ...contents, trusted: true }));
    this.#endpoint.notify('trust', { trusted: true });
  }

  /** Files were renamed or moved; the shown ones are followed to their new place. */
  async followMoved(moved: (file: string) => string): Promise<void> {
    const before = this.model;
    if (!this.#set.follow(moved)) return;
    const { image, model } = this.#set;
    if (model && model !== before && image !== undefined) await this.#deps.models.choose(image, model);
    this.#shown();
    await this.#showAnew();
  }

  /** Lets the user choose another model, remembers it for this folder, and shows the images with it. */
  async chooseModel(): Promise<string | null> {
    const model = await this.#pickModel();
    if (model) await this.use(model);
    return model;
  }

  async #pickModel(): Promise<string | null> {
    const { image } = this.#set;
    if (image === undefined) return null;
    const { models } = await this.#deps.models.find(image);
    return (await pickModel(models, this.model, image)) ?? null;
  }

  dispose(): void {
    this.#disposed = true;
    this.#drawing.giveUp();
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
            this.#stages.reach('page ready');
            const contents = await this.#contents;
            const opened = this.#opened(contents);
            this.#focus = null; // a reloaded page shows what it showed last
            this.#loaded = true;
            return opened;
          },
          chooseModel: async () => {
            const model = await this.chooseModel();
            return model === null ? null : { model };
          },
          chooseOther: async () => {
            const model = await this.#pickModel();
            if (model !== null) this.#set.compare(model);
            return model === null ? null : { model };
          },
          writeCard: async ({ model }) => {
            const card = await writeModelCard(client, model);
            await this.use(card);
            return { path: card };
          },
          drawn: ({ id, box }) => {
            this.#drawing.drawn(id, box);
            return null;
          },
          triage: async ({ action }) => {
            await this.#triage(action);
            return null;
          },
          ...vscodeHandlers(this.#deps),
        },
        (method, params) => checkRequest(method, params, this.#set.shown(this.#findings)),
      ),
      notifications: {
        pageError: ({ message, stack }) => log.error(`Panel: ${String(stack ?? message).slice(0, MAX_LOGGED)}`),
        painted: ({ what }) => {
          if (what !== 'image' && what !== 'heatmap') return;
          const first = this.#stages.reach(`${what} painted`);
          if (first && what === 'heatmap') log.info(`The panel's first heatmap is painted, ms: ${this.#stages}`);
        },
        showLog: () => log.show(),
        readAgain: () => this.#relay.forgetAhead(),
        earlyTaken: ({ method, key }) => this.#relay.taken(method, key),
        beyond: ({ by }) => this.#events.beyond(by < 0 ? -1 : 1),
        state: ({ current, model, changed }) => {
          const before = this.#set.current;
          if (this.#touched !== (changed === true)) {
            this.#touched = changed === true;
            this.#shown();
            this.#events.previewChanged();
          }
          if (!this.#set.go(current, model)) return;
          if (current !== before) this.#tellFindings();
          this.#shown();
        },
      },
    });
  }

  #opened(contents: PanelContents): OpenedContents {
    const { current, model } = this.#set;
    return { ...contents, current, model, findings: this.#findings, focus: this.#focus, catalogue: CATALOGUE };
  }

  async #load(): Promise<PanelContents> {
    const { image } = this.#set;
    const found = image === undefined ? { model: null, models: [] } : await this.#deps.models.find(image);
    this.#set.found(found);
    this.#shown();
    const { images, current, model } = this.#set;
    return {
      panel: this.#id,
      images,
      current,
      model,
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
    const { image } = this.#set;
    return image === undefined ? [] : this.#deps.findings.of(image);
  }

  /** A key is about the finding that the panel was shown for, or else about the first of its image that is open. */
  async #triage(action: TriageAction): Promise<void> {
    const { triage } = this.#deps;
    const { image } = this.#set;
    if (triage.current?.image !== image) {
      const shown = this.#findings.find(({ verdict }) => verdict === null) ?? this.#findings[0];
      if (shown) triage.at(shown);
    }
    if (action === 'takeBack') await triage.takeBack('panel');
    else if (action === 'next' || action === 'previous') await triage.step(action === 'next' ? 1 : -1, 'panel');
    else await triage.judge([], action, 'panel');
  }

  #tellFindings(): void {
    const { image } = this.#set;
    if (image !== undefined) this.#endpoint.notify('findings', { image, findings: this.#findings });
  }

  /** Explains the images of this folder with another model. */
  async use(model: string): Promise<void> {
    const { image } = this.#set;
    if (image !== undefined) await this.#deps.models.choose(image, model);
    this.#set.use(model);
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
    this.#set.name([...named.map((annotated) => annotated.path), ...(file ? [file] : [])]);
    const { model } = params as RequestOf<'describe'>;
    const segments = segmentFilesOf(params);
    if (segments.length > 0) this.#files.segmented(model, segments);
    if (method !== 'describe') return;
    const { image } = this.#set;
    if (reply && image !== undefined) this.#deps.models.used(image, model);
    void this.#files.described(model, (reply as ModelDescription | undefined) ?? null);
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
    const { images, current, image, model } = this.#set;
    this.#files.show(image, model);
    if (image === undefined) return;
    const mark = this.preview ? 'preview.svg' : 'panel.svg';
    this.#panel.iconPath = vscode.Uri.joinPath(this.#deps.extensionUri, 'media', mark);
    if (this.#editor) return;
    const [walks, pinned] = [this.#walks, this.#pinned];
    this.#deps.memory.keep(this.#id, { images, current, model, walks, pinned });
    const place = images.length > 1 && !walks ? ` (${current + 1}/${images.length})` : '';
    this.#panel.title = plainText(`Explain ${path.relative(path.dirname(fileOnDisk(image)), image)}${place}`);
  }
}
