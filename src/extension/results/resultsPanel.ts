import path from 'node:path';
import * as vscode from 'vscode';
import type { ResultsFacts, ResultsFilter } from '../../explainers/contracts/resultsView.ts';
import { errorReport } from '../../explainers/errors.ts';
import { Endpoint } from '../../explainers/protocol/endpoint.ts';
import type {
  PageFilter,
  ResultsContents,
  ResultsHostSide,
  ResultsPageSide,
} from '../../explainers/protocol/resultsMessages.ts';
import type { Ctx } from '../ctx.ts';
import { pageHtml, resourceRoots } from '../panels/html.ts';
import { guarded } from '../panels/pageRequests.ts';
import { webviewPort } from '../panels/webviewPort.ts';
import { plainText } from '../plainText.ts';
import { imageIn, nameIn } from './imageNames.ts';
import { checkResults } from './resultsRequests.ts';

type Asked<K extends keyof ResultsHostSide['requests']> = Parameters<ResultsHostSide['requests'][K]>[0];

/** Rows around the one that is opened, whose images its panel steps through. */
const AROUND = 400;

/** A folder of results as a table, which the explainer process keeps: only the rows in view come here. */
export class ResultsPanel implements vscode.Disposable {
  static readonly viewType = 'saliencyLens.results';
  readonly #ctx: Ctx;
  readonly #folder: string;
  readonly #endpoint: Endpoint<ResultsHostSide, ResultsPageSide>;
  readonly #view: vscode.WebviewPanel;
  #facts: ResultsFacts | null = null;

  constructor(ctx: Ctx, folder: string) {
    this.#ctx = ctx;
    this.#folder = folder;
    this.#view = vscode.window.createWebviewPanel(
      ResultsPanel.viewType,
      plainText(`Results in ${path.basename(folder)}`),
      vscode.ViewColumn.Active,
      { enableScripts: true, localResourceRoots: resourceRoots(ctx.extensionUri), retainContextWhenHidden: true },
    );
    this.#view.iconPath = vscode.Uri.joinPath(ctx.extensionUri, 'media', 'panel.svg');
    this.#endpoint = new Endpoint<ResultsHostSide, ResultsPageSide>(webviewPort(this.#view.webview), {
      requests: guarded(
        {
          ready: () => this.#contents(),
          rows: ({ filter, ...more }: Asked<'rows'>) =>
            ctx.client.request('resultRows', { folder, filter: this.#filter(filter), ...more }),
          summary: ({ filter, metric }: Asked<'summary'>) =>
            ctx.client.request('resultSummary', { folder, filter: this.#filter(filter), metric }),
          pictures: ({ images, side }: Asked<'pictures'>) =>
            Promise.all(images.map((image) => this.#picture(image, side))),
          open: (request: Asked<'open'>) => this.#open(request),
        },
        checkResults,
      ),
      notifications: {},
    });
    this.#view.onDidDispose(() => this.dispose());
    this.#view.webview.html = pageHtml(this.#view.webview, ctx.extensionUri, 'results');
  }

  /** More results were written. */
  changed(): void {
    this.#endpoint.notify('changed', {});
  }

  onDispose(then: () => void): void {
    this.#view.onDidDispose(then);
  }

  reveal(): void {
    this.#view.reveal();
  }

  dispose(): void {
    this.#endpoint.dispose();
  }

  async #contents(): Promise<ResultsContents> {
    const name = plainText(path.basename(this.#folder));
    try {
      this.#facts = await this.#ctx.client.request('results', { folder: this.#folder });
      return { name, facts: this.#facts, problem: null };
    } catch (thrown) {
      const { message, next = '' } = errorReport(thrown);
      return { name, facts: null, problem: `${message} ${next}`.trim() };
    }
  }

  #filter({ findings, ...filter }: PageFilter): ResultsFilter {
    const { imageFolder } = this.#facts ?? {};
    if (!findings || !imageFolder) return { ...filter, items: null };
    const open = this.#ctx.findings.all.filter(({ verdict }) => verdict === null);
    const items = open.flatMap(({ image, index }) => {
      const name = nameIn(imageFolder, image);
      return name === null ? [] : [{ image: name, index }];
    });
    return { ...filter, items };
  }

  async #picture(name: string, side: number) {
    const image = imageIn(this.#facts?.imageFolder ?? null, name);
    if (image === null) return null;
    return this.#ctx.client.request('cropPicture', { image, box: null, from: null, side }).catch(() => null);
  }

  async #open({ filter, sort, at }: Asked<'open'>): Promise<null> {
    const from = Math.max(0, at - AROUND);
    const window = { from, count: 2 * AROUND, metrics: [] };
    const { rows } = await this.#ctx.client.request('resultRows', { folder: this.#folder, filter: this.#filter(filter), sort, ...window }); // biome-ignore format: one line
    const row = rows[at - from];
    const folder = this.#facts?.imageFolder ?? null;
    const image = row ? imageIn(folder, row.image) : null;
    if (!row || image === null) return null;
    const images = [...new Set(rows.flatMap((each) => imageIn(folder, each.image) ?? []))];
    this.#ctx.panels.showResult({
      images,
      image,
      index: row.index,
      method: row.method,
      model: this.#facts?.model ?? null,
    });
    return null;
  }
}
