import path from 'node:path';
import * as vscode from 'vscode';
import { imageEndings } from '../../explainers/contracts/imageEndings.ts';
import type { CardChoices } from '../../explainers/contracts/setUp.ts';
import { ExplainError, errorReport } from '../../explainers/errors.ts';
import { diskError } from '../../explainers/files/diskError.ts';
import { writeWhole } from '../../explainers/files/writeWhole.ts';
import { Endpoint, type RequestContext } from '../../explainers/protocol/endpoint.ts';
import type { SetUpContents, SetUpHost, SetUpPage } from '../../explainers/protocol/modelPages.ts';
import type { Ctx } from '../ctx.ts';
import { firstImageIn } from '../images.ts';
import { pageHtml, resourceRoots } from '../panels/html.ts';
import { guarded } from '../panels/pageRequests.ts';
import { webviewPort } from '../panels/webviewPort.ts';
import { plainText } from '../plainText.ts';
import { say } from '../say.ts';
import { checkSetUp } from './setUpRequests.ts';

const IMAGENET = 1000;

/** The form that sets up a model: what the network sees, and a short card of what differs from the defaults. */
export class SetUpPanel {
  readonly #ctx: Ctx;
  readonly #endpoint: Endpoint<SetUpHost, SetUpPage>;
  /** A model or its card. */
  #model: string;
  #image: string | null;

  /** @param image the one to look at; null: one near the model, if there is any */
  static async open(ctx: Ctx, model: string, image: string | null): Promise<void> {
    const folder = path.dirname(model);
    const near = image ?? (await firstImageIn(folder)) ?? (await firstImageIn(path.dirname(folder)));
    const view = vscode.window.createWebviewPanel('saliencyLens.setUp', 'Set Up', vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: resourceRoots(ctx.extensionUri),
      retainContextWhenHidden: true, // a half-filled form must not be lost
    });
    view.title = plainText(`Set Up ${path.basename(model)}`);
    view.iconPath = vscode.Uri.joinPath(ctx.extensionUri, 'media', 'panel.svg');
    const panel = new SetUpPanel(ctx, view.webview, model, near ?? null);
    view.onDidDispose(() => panel.#endpoint.dispose());
    view.webview.html = pageHtml(view.webview, ctx.extensionUri, 'setUp');
  }

  private constructor(ctx: Ctx, webview: vscode.Webview, model: string, image: string | null) {
    this.#ctx = ctx;
    this.#model = model;
    this.#image = image;
    const { client, log } = ctx;
    this.#endpoint = new Endpoint<SetUpHost, SetUpPage>(webviewPort(webview), {
      requests: guarded(
        {
          ready: () => this.#contents(),
          look: (request: Parameters<SetUpHost['requests']['look']>[0], { signal }: RequestContext) =>
            client.request('lookAtInput', { ...request, image: this.#shown, model: this.#model }, { signal }),
          trials: (_: object, { signal, progress }: RequestContext) =>
            client.request('tryInputs', { image: this.#shown, model: this.#model }, { signal, onProgress: progress }),
          chooseImage: () => this.#chooseImage(),
          draft: async ({ choices }: { readonly choices: CardChoices }) => {
            const { path: file, text, labels } = await client.request('draftCard', { model: this.#model, choices });
            return { path: path.basename(file), text, labels: labels && path.basename(labels.path) };
          },
          write: ({ choices }: { readonly choices: CardChoices }) => this.#write(choices),
          showLog: () => {
            log.show();
            return null;
          },
        },
        checkSetUp,
      ),
      notifications: {},
    });
  }

  get #shown(): string {
    if (this.#image !== null) return this.#image;
    throw new ExplainError({
      kind: 'usage',
      message: 'There is no image to look at.',
      subject: this.#model,
      next: 'Choose an image that the model was made for.',
    });
  }

  async #contents(): Promise<SetUpContents> {
    const shown = {
      model: path.basename(this.#model),
      image: this.#image && path.basename(this.#image),
      offersImageNet: false,
    };
    try {
      const description = await this.#ctx.client.request('describe', { model: this.#model });
      const { labels, guesses } = description.card;
      const numbered = guesses.some((guess) => guess.startsWith('labels: none found'));
      return { ...shown, description, error: null, offersImageNet: numbered && labels.length === IMAGENET };
    } catch (thrown) {
      return { ...shown, description: null, error: errorReport(thrown) };
    }
  }

  async #chooseImage(): Promise<{ image: string } | null> {
    const picked = await vscode.window.showOpenDialog({
      title: 'Set Up Model',
      openLabel: 'Look at This Image',
      defaultUri: vscode.Uri.file(path.dirname(this.#image ?? this.#model)),
      filters: { Images: [...imageEndings], 'All files': ['*'] },
    });
    if (!picked?.[0]) return null;
    this.#image = picked[0].fsPath;
    return { image: path.basename(this.#image) };
  }

  async #write(choices: CardChoices): Promise<null> {
    const { client, panels } = this.#ctx;
    const draft = await client.request('draftCard', { model: this.#model, choices });
    try {
      if (draft.labels) await writeWhole(draft.labels.path, draft.labels.text);
      // If somebody else has written a card in the meantime, theirs stays.
      await writeWhole(draft.path, draft.text, { replace: draft.replaces });
    } catch (thrown) {
      throw diskError(thrown, draft.path, 'The model card', 'copy the model to a writable folder');
    }
    const before = this.#model;
    this.#model = draft.path;
    await panels.cardWritten(before, draft.path);
    void say.information(`${path.basename(draft.path)} is written.`, 'Open Card').then((open) => {
      if (open) void vscode.window.showTextDocument(vscode.Uri.file(draft.path));
    });
    return null;
  }
}
