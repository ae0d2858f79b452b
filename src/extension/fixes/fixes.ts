import path from 'node:path';
import * as vscode from 'vscode';
import type { FixPlan, LabelChange } from '../../explainers/contracts/labels/fix.ts';
import type { Finding } from '../../explainers/contracts/results.ts';
import { errorReport } from '../../explainers/errors.ts';
import { classesChecked } from '../findings/classNames.ts';
import type { Findings } from '../findings/findings.ts';
import type { LabelCheck } from '../findings/labelCheck.ts';
import { say, withProgress } from '../say.ts';
import type { ExplainerClient } from '../worker/client.ts';
import { applyPlans, type Planned, type PlannedEdit, readyPlan } from './applyFix.ts';

export interface FixesDeps {
  readonly client: Pick<ExplainerClient, 'request'>;
  readonly findings: Findings;
  readonly labelCheck: Pick<LabelCheck, 'run'>;
  readonly log: vscode.LogOutputChannel;
}

/** What the person is looking at, and must confirm or discard. */
interface Pending {
  readonly previews: readonly vscode.Uri[];
  readonly decide: (confirmed: boolean) => void;
}

const CONFIRM = 'Apply Fix';

/**
 * Corrections of labels. Nothing is written before a person has seen the difference and confirmed it; then it is one
 * edit of VS Code, which its undo takes back. One at a time.
 */
export class Fixes implements vscode.Disposable, vscode.TextDocumentContentProvider {
  static readonly scheme = 'saliency-lens-fix';
  readonly #deps: FixesDeps;
  readonly #texts = new Map<string, string>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #pending: Pending | null = null;
  #count = 0;

  constructor(deps: FixesDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(Fixes.scheme, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        // Closing the difference discards the fix.
        if (this.#pending && closed.some(({ input }) => this.#shows(input))) this.#pending.decide(false);
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  confirm(): void {
    this.#pending?.decide(true);
  }

  discard(): void {
    this.#pending?.decide(false);
  }

  /** Plans the change in every file that says what the finding is about, shows it, and makes it if it is confirmed. */
  async fix(finding: Finding, change: LabelChange): Promise<boolean> {
    this.discard();
    const plans = await this.#plan(finding, change);
    if (!(await this.#make(plans))) return false;
    void this.#offerBack(plans);
    await this.#checkAgain(plans);
    return true;
  }

  dispose(): void {
    this.discard();
    for (const each of this.#subscriptions) each.dispose();
  }

  async #make(plans: readonly Planned[]): Promise<boolean> {
    const confirmed = await this.#confirmed(plans);
    if (!confirmed) return false;
    await applyPlans(plans);
    return true;
  }

  /** VS Code’s undo takes an edit back in its editor; a moved image has none, so the way back is offered. */
  async #offerBack(plans: readonly Planned[]): Promise<void> {
    const moves = plans.flatMap(({ plan }) => (plan.kind === 'move' ? [plan] : []));
    const [first] = moves;
    if (!first || moves.length < plans.length) return;
    const name = path.basename(first.to);
    const back = 'Move Back';
    if ((await say.information(`${name} is now in ${path.basename(path.dirname(first.to))}.`, back)) !== back) return;
    const reversed = moves.map(({ from, to, ...rest }): Planned => {
      const summary = `${name} moves back to ${path.basename(path.dirname(from))}.`;
      return { plan: { ...rest, summary, from: to, to: from }, document: null };
    });
    try {
      if (await this.#make(reversed)) await this.#checkAgain(reversed);
    } catch (thrown) {
      const { message, next = '' } = errorReport(thrown);
      void say.error(`${message} ${next}`.trim());
    }
  }

  async #plan(finding: Finding, change: LabelChange): Promise<readonly Planned[]> {
    const { client, log } = this.#deps;
    const classes = await classesChecked(this.#deps);
    const plans: Planned[] = [];
    const refusals: unknown[] = [];
    for (const { file, line, annotationId } of finding.places) {
      const label = change.kind === 'add' ? null : { index: finding.index, line, annotationId };
      try {
        const plan: FixPlan = await client.request('planFix', {
          ...classes,
          image: finding.image,
          file,
          label,
          change,
        });
        plans.push(await readyPlan(plan));
      } catch (thrown) {
        refusals.push(thrown);
        log.info(`Fix Label: ${file}: ${errorReport(thrown).message}`);
      }
    }
    if (plans.length === 0) throw refusals[0];
    for (const thrown of refusals) {
      const { message, subject } = errorReport(thrown);
      void say.information(`${path.basename(subject ?? '')} stays as it is: ${message}`);
    }
    return plans;
  }

  async #confirmed(plans: readonly Planned[]): Promise<boolean> {
    const title = plans[0]!.plan.summary;
    const edits = plans.filter((each) => each.document !== null);
    const previews = edits.map(({ document, after }) => {
      const uri = document.uri.with({ scheme: Fixes.scheme, query: String(++this.#count) });
      this.#texts.set(uri.toString(), after);
      return uri;
    });
    if (previews.length === 0) {
      const named = (file: string) => vscode.workspace.asRelativePath(file);
      const moves = plans.flatMap(({ plan }) =>
        plan.kind === 'move' ? [`${named(plan.from)} → ${named(plan.to)}`] : [],
      );
      return say.confirm(title, moves.join('\n'), CONFIRM);
    }
    const hint = 'Apply it by the check mark above the difference, or by Ctrl+Enter.';
    const options = { location: vscode.ProgressLocation.Notification, title: `${title} ${hint}`, cancellable: true };
    try {
      // The notification goes by itself once it is decided; cancelling it discards the fix.
      return await withProgress(
        options,
        (_, token) =>
          new Promise<boolean>((resolve, reject) => {
            this.#pending = { previews, decide: resolve };
            token.onCancellationRequested(() => resolve(false));
            this.#show(edits, previews, title).catch(reject);
          }),
      );
    } finally {
      this.#pending = null;
      await this.#close(previews);
      for (const uri of previews) this.#texts.delete(uri.toString());
    }
  }

  async #show(edits: readonly PlannedEdit[], previews: readonly vscode.Uri[], title: string): Promise<void> {
    const [first] = edits;
    if (!first) return;
    if (edits.length === 1) {
      const at = first.document.positionAt(first.plan.edits[0]!.start);
      await vscode.commands.executeCommand(
        'vscode.diff',
        first.document.uri,
        previews[0],
        `Fix Label: ${path.basename(first.plan.file)}`,
        {
          preview: false,
          selection: new vscode.Range(at, at),
        },
      );
      // A difference of the same file that was open before comes back where it was left.
      for (const editor of vscode.window.visibleTextEditors)
        if (editor.document.uri.toString() === String(previews[0]))
          editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenter);
      return;
    }
    const sides = edits.map(({ document }, i) => [document.uri, document.uri, previews[i]!]);
    await vscode.commands.executeCommand('vscode.changes', title, sides);
  }

  async #close(previews: readonly vscode.Uri[]): Promise<void> {
    const shown = new Set(previews.map(String));
    const tabs = vscode.window.tabGroups.all.flatMap((group) =>
      group.tabs.filter(({ input }) => previewOf(input).some((uri) => shown.has(uri))),
    );
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }

  #shows(input: unknown): boolean {
    return this.#pending?.previews.some((uri) => previewOf(input).includes(uri.toString())) ?? false;
  }

  /** Changed annotation files are noticed and checked again; a moved image is not in one. */
  async #checkAgain(plans: readonly Planned[]): Promise<void> {
    const { labelCheck, findings, log } = this.#deps;
    const { checked } = findings;
    if (!checked?.complete || plans.every(({ plan }) => plan.kind === 'edit')) return;
    await labelCheck.run(checked.target, checked.model, 'quietly').catch((thrown: unknown) => {
      log.warn(`Check Labels: ${errorReport(thrown).message}`);
    });
  }
}

/** The right sides of a tab with differences. */
function previewOf(input: unknown): readonly string[] {
  if (input instanceof vscode.TabInputTextDiff) return [input.modified.toString()];
  // A tab of several files; only newer VS Codes describe it.
  const diffs = (input as { readonly textDiffs?: readonly { readonly modified: vscode.Uri }[] } | undefined)?.textDiffs;
  return (diffs ?? []).map(({ modified }) => modified.toString());
}
