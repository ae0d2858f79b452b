import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../../explainers/contracts/results.ts';
import { plainText } from '../plainText.ts';
import { tooltipOf } from '../say.ts';
import {
  type Arrangement,
  arranged,
  type FindingGroup,
  filterText,
  restoredArrangement,
  stateOf,
} from './arrangement.ts';
import { type Checked, idOf } from './checked.ts';
import type { Findings } from './findings.ts';
import { KIND_IDS, KINDS } from './kinds.ts';
import { type SetFact, setFacts } from './setFacts.ts';

/** A group of findings, one of them, or what is said of the whole set. */
export type Node = FindingGroup | { readonly finding: Finding; readonly rank: number } | SetFact;

const ARRANGEMENT = 'findingsArrangement';

/** The view 'Label Findings': the findings in groups, the most suspicious first, and below them the set as a whole. */
export class FindingsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  static readonly viewId = 'saliencyLens.findings';
  readonly #findings: Findings;
  readonly #state: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscription: vscode.Disposable;
  #groups: readonly FindingGroup[] = [];
  #wanted: { readonly finding: Finding; readonly focus: boolean } | null = null;
  /** The last selection of several that was judged. */
  #taken = '';

  constructor(findings: Findings, state: vscode.Memento) {
    this.#findings = findings;
    this.#state = state;
    this.#view = vscode.window.createTreeView(FindingsTree.viewId, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#subscription = findings.onDidChange(() => this.#refresh());
    this.#refresh();
  }

  get arrangement(): Arrangement {
    return restoredArrangement(this.#state.get(ARRANGEMENT));
  }

  async arrange(change: Partial<Arrangement>): Promise<void> {
    await this.#state.update(ARRANGEMENT, { ...this.arrangement, ...change });
    this.#refresh();
  }

  /** Only findings without a verdict are shown. */
  get judgedHidden(): boolean {
    return this.arrangement.states?.join() === 'open';
  }

  /** Reveals the view without taking the focus. */
  show(): void {
    void vscode.commands.executeCommand(`${FindingsTree.viewId}.focus`, { preserveFocus: true });
  }

  /** Shows only findings without a verdict, or all. */
  hideJudged(hidden: boolean): Promise<void> {
    return this.arrange({ states: hidden ? ['open'] : null });
  }

  /** The findings as they are listed. */
  get order(): readonly Finding[] {
    return this.#groups.flatMap(({ findings }) => findings);
  }

  /** The selected findings, in the order of the list. */
  get selected(): readonly Finding[] {
    const ids = new Set(this.#view.selection.flatMap((node) => ('finding' in node ? [idOf(node.finding)] : [])));
    return this.order.filter((finding) => ids.has(idOf(finding)));
  }

  /** The selected findings, if they are several, once: the keys after that are about the one that is shown next. */
  takeSeveral(): readonly Finding[] {
    const { selected } = this;
    const key = selected.map(idOf).join('\n');
    if (selected.length < 2 || key === this.#taken) return [];
    this.#taken = key;
    return selected;
  }

  /** The selected finding, in the form of a menu's argument. */
  current(): { readonly finding: Finding } | undefined {
    const [finding] = this.selected;
    return finding && { finding };
  }

  /** Selects a finding, if the view is open; `focus`: and has the keys act on it. */
  reveal(finding: Finding, focus: boolean): void {
    const idle = this.#wanted === null;
    this.#wanted = { finding, focus };
    if (idle) void this.#revealWanted();
  }

  /** One after the other, and only the last of several that came in the meantime. */
  async #revealWanted(): Promise<void> {
    while (this.#wanted) {
      const { finding, focus } = this.#wanted;
      const node = this.#nodeOf(finding);
      // A list that was changed in the meantime may not have it any more.
      if (node && (this.#view.visible || focus))
        await Promise.resolve(this.#view.reveal(node, { select: true, focus })).catch(() => {});
      if (this.#wanted.finding === finding) this.#wanted = null;
    }
  }

  getChildren(node?: Node): Node[] {
    if (!node) return [...this.#groups, ...setFacts(this.#findings.checked)];
    if ('facts' in node) return [...node.facts];
    return 'findings' in node ? node.findings.map((finding, i) => ({ finding, rank: i + 1 })) : [];
  }

  getParent(node: Node): Node | undefined {
    return 'finding' in node ? this.#groupOf(node.finding) : undefined;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if ('facts' in node) return factItem(node);
    return 'findings' in node ? groupItem(node, this.#findings.checked) : findingItem(node.finding, node.rank);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #groupOf(finding: Finding): FindingGroup | undefined {
    const id = idOf(finding);
    return this.#groups.find(({ findings }) => findings.some((each) => idOf(each) === id));
  }

  #nodeOf(finding: Finding): Node | undefined {
    const group = this.#groupOf(finding);
    const at = group?.findings.findIndex((each) => idOf(each) === idOf(finding)) ?? -1;
    return group && { finding: group.findings[at]!, rank: at + 1 };
  }

  #refresh(): void {
    const { checked, open, all, hidden } = this.#findings;
    const { arrangement } = this;
    this.#groups = arranged(all, arrangement);
    const set = (key: string, value: unknown) =>
      void vscode.commands.executeCommand('setContext', `saliencyLens.${key}`, value);
    set('checked', checked !== null);
    set('judgedHidden', this.judgedHidden);
    const shown = this.order.length;
    const filter = filterText(arrangement);
    const filtered = filter && shown < all.length ? ` Shown: ${shown} (${plainText(filter)}).` : '';
    this.#view.message = checked ? summary(checked, all.length, open.length, hidden) + filtered : undefined;
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

function groupItem({ name, by, findings }: FindingGroup, checked: Checked | null): vscode.TreeItem {
  const kind = by === 'kind' ? KIND_IDS.find((id) => id === name) : undefined;
  const title = kind ? KINDS[kind].title : plainText(name);
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Expanded);
  const open = findings.filter(({ verdict }) => verdict === null).length;
  item.id = `${by}\n${name}`;
  item.iconPath = new vscode.ThemeIcon(kind ? KINDS[kind].icon : 'symbol-class');
  item.description = open === findings.length ? String(open) : `${open} of ${findings.length}`;
  item.tooltip = kind ? tooltipOf(title, checked?.definitions[kind] ?? KINDS[kind].summary) : tooltipOf(title);
  item.contextValue = by;
  return item;
}

function factItem(fact: SetFact): vscode.TreeItem {
  const { id, title, description, details, icon, facts, image, by } = fact;
  const folded = facts.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(plainText(title), folded);
  item.id = `set\n${id}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.description = plainText(description);
  item.tooltip = tooltipOf(title, ...details);
  if (by) {
    item.contextValue = by;
    item.command = { command: 'saliencyLens.showCrops', title: 'Show Crops', arguments: [fact] };
  }
  if (image !== undefined)
    item.command = {
      command: 'saliencyLens.explainImage',
      title: 'Explain Image',
      arguments: [vscode.Uri.file(image)],
    };
  return item;
}

const STATES = {
  open: { icon: 'warning', color: 'list.warningForeground', said: '' },
  right: { icon: 'pass', color: 'testing.iconPassed', said: 'label is right' },
  wrong: { icon: 'error', color: 'testing.iconFailed', said: 'label is wrong' },
  unsure: { icon: 'question', color: 'list.warningForeground', said: 'unsure' },
} as const;

function findingItem(finding: Finding, rank: number): vscode.TreeItem {
  const { label, instead, image, score } = finding;
  const state = stateOf(finding);
  const { icon, color, said } = STATES[state];
  const item = new vscode.TreeItem(plainText(instead ? `${label} → ${instead.label}` : label));
  const place = plainText(path.basename(image));
  item.id = `${finding.kind}\n${finding.file}\n${finding.key}`;
  item.iconPath = new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  // The score comes first: the end is cut off in a narrow side bar.
  item.description = [score.toFixed(2), place, said].filter(Boolean).join(' · ');
  item.tooltip = tooltip(finding);
  item.contextValue = `finding.${state}`;
  item.accessibilityInformation = {
    label: `${rank}. ${item.label} in ${place}, score ${score.toFixed(2)}${said && `, ${said}`}`,
  };
  item.command = {
    command: 'saliencyLens.explainFinding',
    title: 'Explain Finding',
    arguments: [{ finding }, 'keepFocus'],
  };
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
