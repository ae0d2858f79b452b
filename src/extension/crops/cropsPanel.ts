import path from 'node:path';
import * as vscode from 'vscode';
import type { Crop } from '../../explainers/contracts/labels/crops.ts';
import type { Finding } from '../../explainers/contracts/results.ts';
import { errorReport } from '../../explainers/errors.ts';
import type {
  CropAction,
  CropState,
  CropsContents,
  CropsHostSide,
  CropsPageSide,
} from '../../explainers/protocol/cropsMessages.ts';
import { Endpoint } from '../../explainers/protocol/endpoint.ts';
import type { Ctx } from '../ctx.ts';
import { stateOf } from '../findings/arrangement.ts';
import { pageHtml, resourceRoots } from '../panels/html.ts';
import { guarded } from '../panels/pageRequests.ts';
import { webviewPort } from '../panels/webviewPort.ts';
import { plainText } from '../plainText.ts';
import { checkCrops } from './cropsRequests.ts';

type Asked<K extends keyof CropsHostSide['requests']> = Parameters<CropsHostSide['requests'][K]>[0];

/** A label of the class, and the finding about it. */
interface Tile {
  readonly crop: Crop;
  readonly finding: Finding | null;
}

/** The sheet of all regions or images of one class, the most suspicious first. */
export class CropsPanel implements vscode.Disposable {
  static readonly viewType = 'saliencyLens.crops';
  readonly #ctx: Ctx;
  readonly #endpoint: Endpoint<CropsHostSide, CropsPageSide>;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #label: string;
  readonly #tiles: Promise<readonly Tile[]>;
  #shown: readonly Tile[] = [];

  constructor(ctx: Ctx, label: string, crops: Promise<readonly Crop[]>) {
    this.#ctx = ctx;
    this.#label = label;
    this.#tiles = crops.then((all) => tilesOf(all, ctx.findings.all, label));
    const view = vscode.window.createWebviewPanel(
      CropsPanel.viewType,
      plainText(`Crops of ${label}`),
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: resourceRoots(ctx.extensionUri),
        retainContextWhenHidden: true,
      },
    );
    view.iconPath = vscode.Uri.joinPath(ctx.extensionUri, 'media', 'panel.svg');
    this.#endpoint = new Endpoint<CropsHostSide, CropsPageSide>(webviewPort(view.webview), {
      requests: guarded(
        {
          ready: () => this.#contents(),
          pictures: ({ at, side }: Asked<'pictures'>) => Promise.all(at.map((each) => this.#picture(each, side))),
          judge: ({ at, action }: Asked<'judge'>) => this.#judge(at, action),
          open: ({ at }: Asked<'open'>) => this.#open(at),
        },
        checkCrops,
      ),
      notifications: {},
    });
    this.#subscriptions = [
      view.onDidDispose(() => this.dispose()),
      ctx.findings.onDidChange(() =>
        this.#endpoint.notify('states', { states: this.#shown.map((tile) => this.#stateOf(tile)) }),
      ),
    ];
    view.webview.html = pageHtml(view.webview, ctx.extensionUri, 'crops');
  }

  dispose(): void {
    this.#endpoint.dispose();
    for (const each of this.#subscriptions) each.dispose();
  }

  async #contents(): Promise<CropsContents> {
    try {
      this.#shown = await this.#tiles;
      const tiles = this.#shown.map((tile) => {
        const { crop, finding } = tile;
        const score = finding?.score ?? null;
        const said = finding ? ` ${finding.message}` : '';
        return {
          title: plainText(
            `${path.basename(crop.image)}${score === null ? '' : `, score ${score.toFixed(2)}.`}${said}`,
          ),
          score,
          state: this.#stateOf(tile),
        };
      });
      return {
        label: plainText(this.#label),
        tiles,
        problem: tiles.length === 0 ? 'No annotation file has a label of this class.' : null,
      };
    } catch (thrown) {
      const { message, next = '' } = errorReport(thrown);
      return { label: plainText(this.#label), tiles: [], problem: `${message} ${next}`.trim() };
    }
  }

  async #picture(at: number, side: number) {
    const tile = this.#shown[at];
    if (!tile) return null;
    const { image, box, from } = tile.crop;
    return this.#ctx.client.request('cropPicture', { image, box, from, side }).catch(() => null);
  }

  /** The findings tell of their changes themselves. */
  async #judge(at: readonly number[], action: CropAction): Promise<null> {
    const { triage, findings } = this.#ctx;
    if (action === 'takeBack') await triage.takeBack('sheet');
    else {
      const found = at.flatMap((place) => this.#shown[place]?.finding ?? []);
      const current = found.flatMap((finding) => findings.find(finding) ?? []);
      if (current.length > 0) await triage.judge(current, action, 'sheet');
    }
    return null;
  }

  async #open(at: number): Promise<null> {
    const tile = this.#shown[at];
    const finding = tile?.finding && this.#ctx.findings.find(tile.finding);
    if (finding) await vscode.commands.executeCommand('saliencyLens.explainFinding', { finding }, 'aside');
    else if (tile) await vscode.commands.executeCommand('saliencyLens.explainImage', vscode.Uri.file(tile.crop.image));
    return null;
  }

  #stateOf({ finding }: Tile): CropState {
    if (!finding) return 'none';
    return stateOf(this.#ctx.findings.find(finding) ?? finding);
  }
}

/** The crops with their findings, the most suspicious first, then in the order of the files. */
export function tilesOf(crops: readonly Crop[], findings: readonly Finding[], label: string): readonly Tile[] {
  const byImage = new Map<string, Finding[]>();
  for (const finding of findings)
    if (finding.label === label && finding.kind !== 'unlabelled')
      byImage.set(finding.image, [...(byImage.get(finding.image) ?? []), finding]);
  const tiles = crops.map((crop) => ({ crop, finding: findingOf(crop, byImage.get(crop.image) ?? []) }));
  return tiles.sort((a, b) => (b.finding?.score ?? -1) - (a.finding?.score ?? -1));
}

function findingOf({ file, line, id }: Crop, findings: readonly Finding[]): Finding | null {
  const about = (finding: Finding) =>
    finding.places.some(
      (place) => place.file === file && (id !== null ? place.annotationId === id : place.line === line),
    );
  return findings.find(about) ?? null;
}
