import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import type { Finding } from '../../explainers/contracts/results.ts';
import { ExplainError } from '../../explainers/errors.ts';
import type { PanelSettings } from '../../explainers/protocol/messages.ts';
import { IMAGE_EDITOR } from '../editors/viewTypes.ts';
import { collectImages, MAX_IMAGES, neighboursOf, singleImage } from '../images.ts';
import { isWithin } from '../models/models.ts';
import { say } from '../say.ts';
import { setting } from '../settings.ts';
import { ExplainPanel, type PanelStart } from './explainPanel.ts';
import { resourceRoots } from './html.ts';
import type { PanelDeps } from './panelDeps.ts';

interface HowShown {
  /** Opens next to the focused editor. */
  readonly aside: boolean;
  /** Whoever has the keyboard keeps it. */
  readonly keepFocus: boolean;
}

/** A row of results, and the images of the rows around it. */
interface ShownResult {
  readonly images: readonly string[];
  readonly image: string;
  readonly index: number;
  readonly method: string;
  /** Null: whichever is found near the image. */
  readonly model: string | null;
}

/** The context of `when` clauses: the focused panel may be reused. */
export const PREVIEW = 'saliencyLens.previewPanel';

/** All open panels: one for each set of images. */
export class Panels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  static readonly viewType = 'saliencyLens.explain';
  readonly #deps: PanelDeps;
  readonly #open = new Set<ExplainPanel>();
  readonly #unsubscribe: readonly (() => void)[];
  #last: ExplainPanel | undefined;

  constructor(deps: PanelDeps) {
    this.#deps = deps;
    this.#unsubscribe = [
      deps.client.onStopped((report) => {
        for (const panel of this.#open) panel.explainerStopped(report);
      }),
      deps.client.onAnnotationsFound((image) => {
        for (const panel of this.#open) panel.annotationsFound(image);
      }),
    ];
  }

  /** The focused panel, else the one that was focused last. */
  get active(): ExplainPanel | undefined {
    return [...this.#open].find((panel) => panel.active) ?? this.#last;
  }

  /** Starts the explainer process before its first request, so that it starts while the panel loads. */
  warmUp(): void {
    this.#deps.client.start();
  }

  /** Shows the images in a selection of files and folders; a set that is already shown comes to the front. */
  async open(selection: readonly string[]): Promise<void> {
    if (selection.length === 0) return;
    const single = await singleImage(selection);
    if (single !== undefined) return this.#walkFrom(single);
    const { images, cut } = await collectImages(
      selection,
      async (container, most) => (await this.#deps.client.request('imagesInside', { container, most })).images,
    );
    if (images.length === 0) {
      throw new ExplainError({
        kind: 'image',
        message: `There are no images in '${path.basename(selection[0] ?? '')}'.`,
        subject: selection[0] ?? '',
        next: 'Choose a folder with PNG, JPEG, WebP, BMP, TIFF or DICOM files, or a Parquet table or tar with images in it.',
      });
    }
    if (cut) void say.information(`Only the first ${MAX_IMAGES} images are opened.`);
    const shown = [...this.#open].find((panel) => sameSet(panel.images, images));
    if (shown) {
      shown.reveal();
      return;
    }
    this.warmUp();
    const view = this.#newView({ viewColumn: vscode.ViewColumn.Active });
    this.#add(view, { images, current: 0, model: null, focus: null });
  }

  /** Shows an image and the way through its folder, in the panel that may be reused, else in a new one. */
  async #walkFrom(image: string): Promise<void> {
    const shown = [...this.#open].find((panel) => panel.image === image && !panel.editor);
    if (shown) return shown.reveal();
    const neighbours = await neighboursOf(image);
    const reused = setting('reusePanel') ? [...this.#open].findLast(({ preview }) => preview) : undefined;
    if (reused) {
      reused.reveal();
      return reused.walkFrom(neighbours);
    }
    this.warmUp();
    const view = this.#newView({ viewColumn: vscode.ViewColumn.Active });
    this.#add(view, { ...neighbours, model: null, focus: null, walks: true });
  }

  /** VS Code opens an image with this extension as its editor. */
  showInEditor(view: vscode.WebviewPanel, image: string): void {
    this.warmUp();
    this.#add(view, { images: [image], current: 0, model: null, focus: null, editor: true });
  }

  /** The user keeps the focused panel: another image gets a panel of its own. */
  pin(): void {
    this.active?.pin();
  }

  /**
   * Shows a finding's image and class, explained with the model that found it, in a panel of all images with findings.
   */
  showFinding({ image, index, key }: Finding, { aside, keepFocus }: HowShown): ExplainPanel {
    const { checked, images } = this.#deps.findings;
    // There may be only predictions: then the model is whichever is found near the image.
    const model = checked?.model || null;
    const focus = { image, index, finding: key };
    const candidates = [this.active, ...this.#open].filter((panel) => panel !== undefined);
    const shown = candidates.find((panel) => [null, panel.model].includes(model) && panel.images.includes(image));
    if (shown) {
      shown.focus(focus, { aside, keepFocus });
      return shown;
    }
    this.warmUp();
    const column = aside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    const all = images.slice(0, MAX_IMAGES);
    const set = all.includes(image) ? all : [image, ...all.slice(1)];
    return this.#add(this.#newView({ viewColumn: column, preserveFocus: keepFocus }), {
      images: set,
      current: set.indexOf(image),
      model,
      focus,
    });
  }

  /** Shows a row of results: its image, class and method, explained with the model of the evaluation. */
  showResult({ images, image, index, method, model }: ShownResult): void {
    const focus = { image, index, finding: '', method };
    const candidates = [this.active, ...this.#open].filter((panel) => panel !== undefined);
    const shown = candidates.find((panel) => [null, panel.model].includes(model) && panel.images.includes(image));
    if (shown) {
      shown.focus(focus, { aside: true, keepFocus: false });
      return;
    }
    this.warmUp();
    const view = this.#newView({ viewColumn: vscode.ViewColumn.Beside });
    this.#add(view, { images: images.slice(0, MAX_IMAGES), current: images.indexOf(image), model, focus });
  }

  /** Lets the user draw a box for a finding, on its image. Null: they have changed their mind. */
  drawBox(finding: Finding, box: FixBox | null): Promise<FixBox | null> {
    return this.showFinding(finding, { aside: false, keepFocus: false }).draw(finding.image, finding.label, box);
  }

  /** Restores a panel after the window was reloaded. */
  async deserializeWebviewPanel(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const recalled = this.#deps.memory.recall(state);
    if (recalled) {
      const { images, walks, ...shown } = recalled.shown;
      const [image] = images;
      const set = walks && image !== undefined ? await neighboursOf(image) : { images };
      this.#add(view, { ...shown, ...set, ...(walks && { walks }), focus: null }, recalled.id);
    } else {
      this.#deps.log.warn(`A panel without a stored state is closed: ${JSON.stringify(state)?.slice(0, 200)}`);
      view.dispose();
    }
  }

  broadcastSettings(settings: PanelSettings): void {
    for (const panel of this.#open) panel.settingsChanged(settings);
  }

  /** Panels with a bare model continue with its new card. */
  async cardWritten(model: string, card: string): Promise<void> {
    for (const panel of this.#open) if (panel.model === model) await panel.use(card);
  }

  /** Files or folders were renamed or moved in VS Code. */
  async followRenames(renames: readonly { readonly from: string; readonly to: string }[]): Promise<void> {
    const moved = (file: string) => {
      const rename = renames.find(({ from }) => isWithin(file, from));
      return rename ? path.join(rename.to, path.relative(rename.from, file)) : file;
    };
    for (const panel of this.#open) await panel.followMoved(moved);
  }

  /** Models run elsewhere now: what is shown is asked for again. */
  computeAgain(): void {
    for (const panel of this.#open) panel.computeAgain();
  }

  /** Other files may be read now: annotations are asked for again. */
  annotationsAgain(): void {
    for (const panel of this.#open) if (panel.image !== undefined) panel.annotationsFound(panel.image);
  }

  trustGranted(): void {
    for (const panel of this.#open) panel.trustGranted();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const panel of this.#open) panel.dispose();
    this.#open.clear();
  }

  #newView(place: { readonly viewColumn: vscode.ViewColumn; readonly preserveFocus?: boolean }): vscode.WebviewPanel {
    return vscode.window.createWebviewPanel(Panels.viewType, 'Explain', place, {
      enableScripts: true,
      localResourceRoots: resourceRoots(this.#deps.extensionUri),
      // Hidden pages are retained, because some explainers run for minutes and a look at another tab must not restart
      // them. They release the maps and pictures, which take memory.
      retainContextWhenHidden: true,
    });
  }

  #add(view: vscode.WebviewPanel, start: PanelStart, id: string = randomUUID()): ExplainPanel {
    const panel: ExplainPanel = new ExplainPanel(this.#deps, view, start, id, {
      previewChanged: () => this.#tellPreview(),
      beyond: (by) => void this.#beyond(panel, by),
    });
    this.#open.add(panel);
    this.#last = panel;
    view.onDidChangeViewState(() => {
      if (panel.active) this.#last = panel;
      panel.visibilityChanged();
      this.#tellPreview();
    });
    view.onDidDispose(() => {
      this.#open.delete(panel);
      if (this.#last === panel) this.#last = undefined;
      panel.dispose();
      this.#deps.memory.forget(id);
      this.#tellPreview();
    });
    this.#tellPreview();
    return panel;
  }

  #tellPreview(): void {
    const preview = [...this.#open].some((panel) => panel.active && panel.preview);
    void vscode.commands.executeCommand('setContext', PREVIEW, preview);
  }

  /** An editor shows its one file: stepping on opens the editor of its neighbour. */
  async #beyond(panel: ExplainPanel, by: number): Promise<void> {
    if (!panel.editor || panel.image === undefined) return;
    const { images, current } = await neighboursOf(panel.image);
    const next = images[current + by];
    if (next === undefined) return;
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(next), IMAGE_EDITOR, { preview: true });
  }
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((image, i) => image === b[i]);
}
