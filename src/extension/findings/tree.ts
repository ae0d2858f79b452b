import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding, FindingKind } from '../../explainers/contracts/results.ts';
import { plainText } from '../plainText.ts';
import { tooltipOf } from '../say.ts';
import type { Checked } from './checked.ts';
import type { Findings } from './findings.ts';
import { KIND_IDS, KINDS } from './kinds.ts';

/** A kind with its findings, or one of them. */
export type Node =
  | { readonly kind: FindingKind; readonly findings: readonly Finding[] }
  | { readonly finding: Finding; readonly rank: number };

const HIDDEN = 'judgedHidden';

/** The view 'Label Findings': the findings by kind, the most suspicious first. */
export class FindingsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  static readonly viewId = 'saliencyLens.findings';
  readonly #findings: Findings;
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscription: vscode.Disposable;

  constructor(findings: Findings, state: vscode.Memento) {
    this.#findings = findings;
    this.#state = state;
    this.#view = vscode.window.createTreeView(FindingsTree.viewId, { treeDataProvider: this, showCollapseAll: true });
    this.#subscription = findings.onDidChange(() => this.#refresh());
    this.#refresh();
  }

  get judgedHidden(): boolean {
    return this.#state.get(HIDDEN) === true;
  }

  /** Reveals the view without taking the focus. */
  show(): void {
    void vscode.commands.executeCommand(`${FindingsTree.viewId}.focus`, { preserveFocus: true });
  }

  /** Shows only findings without a verdict, or all. */
  async hideJudged(hidden: boolean): Promise<void> {
    await this.#state.update(HIDDEN, hidden);
    this.#refresh();
  }

  getChildren(node?: Node): Node[] {
    if (node) return 'findings' in node ? node.findings.map((finding, i) => ({ finding, rank: i + 1 })) : [];
    const shown = this.judgedHidden ? this.#findings.open : this.#findings.all;
    return KIND_IDS.map((kind) => ({ kind, findings: shown.filter((finding) => finding.kind === kind) })).filter(
      ({ findings }) => findings.length > 0,
    );
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return 'findings' in node ? kindItem(node, this.#findings.checked) : findingItem(node.finding, node.rank);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #refresh(): void {
    const { checked, open } = this.#findings;
    void vscode.commands.executeCommand('setContext', 'saliencyLens.checked', checked !== null);
    void vscode.commands.executeCommand('setContext', 'saliencyLens.judgedHidden', this.judgedHidden);
    this.#view.message = checked
      ? summary(checked, this.#findings.all.length, open.length, this.#findings.hidden)
      : undefined;
    this.#view.badge =
      open.length > 0 ? { value: open.length, tooltip: `${count(open.length, 'open label finding')}` } : undefined;
    this.#changed.fire(undefined);
  }
}

/** One line above the tree. */
export function summary(checked: Checked, shown: number, open: number, hidden = 0): string {
  const what = plainText(path.basename(checked.target.path));
  if (!checked.complete)
    return `${what}, only part of it checked: ${count(open, 'open finding')}. Check again to continue.`;
  const skipped = checked.skipped > 0 ? `, ${checked.skipped} skipped (see the log)` : '';
  const images = `${count(checked.images, 'image')} checked${skipped}`;
  const less =
    hidden > 0 ? `, ${hidden} less likely ${hidden === 1 ? 'one is' : 'ones are'} hidden (see the settings)` : '';
  return shown === 0
    ? `${what}: no label looks wrong; ${images}.`
    : `${what}: ${open} open of ${shown}${less}; ${images}.`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function kindItem({ kind, findings }: Extract<Node, { findings: unknown }>, checked: Checked | null): vscode.TreeItem {
  const { title, icon, summary } = KINDS[kind];
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  const open = findings.filter(({ verdict }) => verdict === null).length;
  item.id = kind;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.description = open === findings.length ? String(open) : `${open} of ${findings.length}`;
  item.tooltip = tooltipOf(title, checked?.definitions[kind] ?? summary);
  item.contextValue = 'kind';
  return item;
}

const STATES = {
  open: { icon: 'warning', color: 'list.warningForeground', said: '' },
  right: { icon: 'pass', color: 'testing.iconPassed', said: 'label is right' },
  wrong: { icon: 'error', color: 'testing.iconFailed', said: 'label is wrong' },
  unsure: { icon: 'question', color: 'list.warningForeground', said: 'unsure' },
} as const;

function findingItem(finding: Finding, rank: number): vscode.TreeItem {
  const { label, instead, image, score, verdict } = finding;
  const state = verdict?.verdict ?? 'open';
  const { icon, color, said } = STATES[state];
  const item = new vscode.TreeItem(plainText(instead ? `${label} → ${instead.label}` : label));
  const place = plainText(path.basename(image));
  item.id = `${finding.kind}\n${finding.file}\n${finding.key}`;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  item.description = [place, score.toFixed(2), said].filter(Boolean).join(' · ');
  item.tooltip = tooltip(finding);
  item.contextValue = `finding.${state}`;
  item.accessibilityInformation = {
    label: `${rank}. ${item.label} in ${place}, score ${score.toFixed(2)}${said && `, ${said}`}`,
  };
  item.command = { command: 'saliencyLens.explainFinding', title: 'Explain Finding', arguments: [{ finding }] };
  return item;
}

function tooltip({ message, score, image, places, verdict }: Finding): vscode.MarkdownString {
  const at = places
    .map(({ file, line }) => `${vscode.workspace.asRelativePath(file)}${line === null ? '' : `:${line}`}`)
    .join(' · ');
  return tooltipOf(
    message,
    `Score ${score.toFixed(3)} · ${vscode.workspace.asRelativePath(image)} · ${at}`,
    ...(verdict ? [verdictText(verdict)] : []),
  );
}

export function verdictText({ verdict, note, time }: NonNullable<Finding['verdict']>): string {
  return `Judged ${verdict}${time ? ` on ${time.slice(0, 10)}` : ''}${note ? `: ${note}` : '.'}`;
}
