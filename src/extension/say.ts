// The only file that shows texts in VS Code's own windows, so that they are all cleaned here.
import * as vscode from 'vscode';
import type { Call } from '../explainers/contracts/call.ts';
import { plainText } from './plainText.ts';

/** A notification; the label of the button that was pressed. */
export const say = {
  information: (text: string, ...buttons: string[]) =>
    vscode.window.showInformationMessage(plainText(text), ...buttons),
  /** Asks in a window that must be answered; whether the button was pressed. */
  confirm: async (text: string, detail: string, button: string) => {
    const options = { modal: true, detail: plainText(detail) };
    return (await vscode.window.showWarningMessage(plainText(text), options, button)) === button;
  },
  error: (text: string, ...buttons: string[]) => vscode.window.showErrorMessage(plainText(text), ...buttons),
};

export function pick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items.map(cleaned), options);
}

const cleaned = <T extends vscode.QuickPickItem>(item: T): T => ({
  ...item,
  label: plainText(item.label),
  ...(item.description === undefined ? {} : { description: plainText(item.description) }),
  ...(item.detail === undefined ? {} : { detail: plainText(item.detail) }),
});

/** The same for any number of choices. */
export function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Thenable<readonly T[] | undefined> {
  return vscode.window.showQuickPick(items.map(cleaned), { ...options, canPickMany: true });
}

export function ask(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  const { title, prompt } = options;
  return vscode.window.showInputBox({
    ...options,
    ...(title && { title: plainText(title) }),
    ...(prompt && { prompt: plainText(prompt) }),
  });
}

/** A place in the status bar. Icons (`chip`) stand before its words and behind them; a click runs the command. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;

  constructor(id: string, name: string, command: string) {
    this.#item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, 90);
    this.#item.name = name;
    this.#item.command = command;
  }

  show(words: string, details: readonly string[], icons: { readonly before: string; readonly behind?: string }): void {
    const lines = details.map(plainText);
    this.#item.text = `$(${icons.before}) ${plainText(words)}${icons.behind ? ` $(${icons.behind})` : ''}`;
    this.#item.tooltip = lines.join('\n');
    this.#item.accessibilityInformation = { label: `${plainText(words)}. ${lines.join(' ')}` };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

type Reporter = vscode.Progress<{ message?: string; increment?: number }>;

export function withProgress<R>(
  options: vscode.ProgressOptions,
  run: (progress: Reporter, token: vscode.CancellationToken) => Thenable<R>,
): Thenable<R> {
  const title = options.title && plainText(options.title);
  return vscode.window.withProgress({ ...options, ...(title && { title }) }, (progress: Reporter, token) =>
    run(
      {
        report: ({ message, increment }) =>
          progress.report({
            ...(message === undefined ? {} : { message: plainText(message) }),
            ...(increment === undefined ? {} : { increment }),
          }),
      },
      token,
    ),
  );
}

/** Work with a notification that shows how far it is, and cancels it. */
export function withCancel<R>(title: string, work: (call: Call) => Promise<R>): Thenable<R> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return withProgress(options, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return work({ signal: abort.signal, onProgress: ({ message }) => progress.report({ message }) });
  });
}

/** A picture in a hover: its bytes are part of it, so nothing is loaded. */
export interface HoverPicture {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** For those who do not see it; words of ours. */
  readonly about: string;
}

/** A hover of paragraphs of plain text, and of pictures side by side; nothing in it is Markdown, a link or an icon. */
export function hoverOf(paragraphs: readonly (string | readonly HoverPicture[])[]): vscode.MarkdownString {
  const text = tooltipOf();
  for (const [i, paragraph] of paragraphs.entries()) {
    if (i > 0) text.appendMarkdown('\n\n');
    if (typeof paragraph === 'string') appendPlain(text, paragraph);
    else text.appendMarkdown(paragraph.map(markdownPicture).join(' '));
  }
  return text;
}

const markdownPicture = ({ jpeg, width, height, about }: HoverPicture) =>
  `![${plainText(about).replace(/[^\p{L}\p{N} -]/gu, '')}](data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}|width=${Math.round(width)},height=${Math.round(height)})`;

/** Where Markdown makes a link of an address that stands for itself, which VS Code does not escape. */
const ADDRESSES = /(:(?=\/\/)|(?<=www)\.|@)/i;

/** Appends a text of which nothing becomes Markdown, a link or an icon. */
function appendPlain(to: vscode.MarkdownString, words: string): void {
  for (const [i, part] of plainText(words).split(ADDRESSES).entries()) {
    if (i % 2 === 0) to.appendText(part);
    else to.appendMarkdown(`&#${part.charCodeAt(0)};`);
  }
}

/** A tooltip of paragraphs, in which nothing is Markdown, a link or an icon. */
export function tooltipOf(...paragraphs: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = false;
  text.supportHtml = false;
  for (const [i, paragraph] of paragraphs.entries()) {
    if (i > 0) text.appendMarkdown('\n\n');
    appendPlain(text, paragraph);
  }
  return text;
}
