import * as vscode from 'vscode';
import { plainText } from '../plainText.ts';
import type { Findings } from './findings.ts';
import { KINDS } from './kinds.ts';
import { count } from './tree.ts';

/** Marks the images with open findings in the Explorer. */
export class ImageMarks implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #findings: Findings;
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly onDidChangeFileDecorations = this.#changed.event;
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Image → the text of its mark. */
  #marks: ReadonlyMap<string, string> = new Map();

  constructor(findings: Findings) {
    this.#findings = findings;
    this.#subscriptions = [
      findings.onDidChange(() => this.#refresh()),
      vscode.window.registerFileDecorationProvider(this),
    ];
    this.#refresh();
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    const tooltip = this.#marks.get(uri.fsPath);
    if (tooltip === undefined) return undefined;
    const mark = new vscode.FileDecoration('⚑', plainText(tooltip), new vscode.ThemeColor('list.warningForeground'));
    mark.propagate = false;
    return mark;
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
    this.#changed.dispose();
  }

  #refresh(): void {
    const open = new Map<string, string[]>();
    for (const { image, kind, label } of this.#findings.open) {
      const said = open.get(image);
      const what = `${label}: ${KINDS[kind].title.toLowerCase()}`;
      if (said) said.push(what);
      else open.set(image, [what]);
    }
    const marks = new Map(
      [...open].map(([image, said]) => [image, `${count(said.length, 'label')} to check (${said.join('; ')})`]),
    );
    const affected = new Set(
      [...this.#marks, ...marks]
        .filter(([i, said]) => this.#marks.get(i) !== said || marks.get(i) !== said)
        .map(([i]) => i),
    );
    this.#marks = marks;
    if (affected.size > 0) this.#changed.fire([...affected].map((image) => vscode.Uri.file(image)));
  }
}
