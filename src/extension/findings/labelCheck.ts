import { createHash } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { CheckRequest, CheckResult, Finding, FindingKind, Progress } from '../../explainers/contracts/results.ts';
import { errorReport } from '../../explainers/errors.ts';
import { ownFolder } from '../../explainers/files/ownFolder.ts';
import { workspaceOf } from '../models/modelMemory.ts';
import { withProgress } from '../say.ts';
import type { ExplainerClient } from '../worker/client.ts';
import { type CheckTarget, checkedFrom, checkedSoFar } from './checked.ts';
import type { Findings } from './findings.ts';
import { FindingsTree } from './tree.ts';

export interface LabelCheckDeps {
  readonly client: Pick<ExplainerClient, 'request'>;
  readonly findings: Findings;
  readonly log: vscode.LogOutputChannel;
  /** The extension's own folder for this workspace, which holds the journals. */
  readonly storage: string;
  readonly kinds: () => readonly FindingKind[];
}

/** 'quietly': progress is shown only in the tree's own view. */
export type Manner = 'loudly' | 'quietly';

interface Run {
  readonly target: CheckTarget;
  readonly manner: Manner;
  readonly abort: AbortController;
}

/**
 * Runs Check Labels in the explainer process, one run at a time: a new run replaces the current one, and its findings
 * replace the last ones. A journal keeps the model's output for each image, so that an interrupted run can continue,
 * also after a crash of the explainer process, and a check after an edit of the annotations does not run the model.
 */
export class LabelCheck implements vscode.Disposable {
  readonly #deps: LabelCheckDeps;
  #running: Run | null = null;

  constructor(deps: LabelCheckDeps) {
    this.#deps = deps;
  }

  /** How the current run is shown; null: there is none. */
  get running(): Manner | null {
    return this.#running?.manner ?? null;
  }

  /** Checks a folder or an annotation file. Null: it was stopped. Rejects with the reason if it could not run. */
  async run(target: CheckTarget, model: string, manner: Manner = 'loudly'): Promise<CheckResult | null> {
    this.#running?.abort.abort();
    const run: Run = { target, manner, abort: new AbortController() };
    this.#running = run;
    const location = manner === 'quietly' ? { viewId: FindingsTree.viewId } : vscode.ProgressLocation.Notification;
    const title = `Checking labels in ${path.basename(target.path)}`;
    try {
      return await withProgress({ location, title, cancellable: manner === 'loudly' }, async (progress, token) => {
        token.onCancellationRequested(() => run.abort.abort());
        const told = progressReporter(progress);
        return await this.#check(run, model, told);
      });
    } finally {
      if (this.#running === run) this.#running = null;
    }
  }

  stop(): void {
    this.#running?.abort.abort();
  }

  dispose(): void {
    this.stop();
  }

  async #check(run: Run, model: string, told: (progress: Progress) => void): Promise<CheckResult | null> {
    const { client, findings, log } = this.#deps;
    let soFar: readonly Finding[] | null = null;
    const current = () => this.#running === run;
    try {
      const result = await client.request('checkLabels', await this.#request(run.target, model), {
        signal: run.abort.signal,
        onProgress: (progress) => {
          if (!current()) return;
          told(progress);
          if (!progress.findings) return;
          soFar = findings.withKnownVerdicts(progress.findings);
          findings.replace(checkedSoFar(run.target, model, soFar), false);
        },
      });
      if (!current()) return null;
      log.info(`Check Labels: ${result.images} images, ${result.resumed} of them from the journal.`);
      for (const { image, reason } of result.skipped) log.warn(`Check Labels skipped ${image}: ${reason}`);
      for (const line of [...result.problems, ...result.notes]) log.info(`Check Labels: ${line}`);
      findings.replace(checkedFrom(run.target, model, result));
      return result;
    } catch (thrown) {
      // The findings so far are worth looking at.
      if (current() && soFar) {
        findings.replace(checkedSoFar(run.target, model, soFar));
        await findings.readAllVerdicts();
      }
      if (errorReport(thrown).kind === 'cancelled') return null;
      throw thrown;
    }
  }

  async #request(
    { path: target, kind, everyAnnotation = false, predictions }: CheckTarget,
    model: string,
  ): Promise<CheckRequest> {
    const { storage, kinds } = this.#deps;
    await ownFolder(storage);
    const name = createHash('sha256')
      .update(`${target}\n${model}${predictions === undefined ? '' : `\n${predictions}`}`)
      .digest('hex')
      .slice(0, 16);
    const root = workspaceOf(target);
    return {
      ...(model !== '' && { model }),
      ...(predictions !== undefined && { predictions }),
      ...(kind === 'folder' && { images: [target] }),
      // Without a model there is no card that names annotation files.
      ...((kind === 'file' || model === '') && { sources: [{ path: target }] }),
      ...(everyAnnotation && { everyAnnotation }),
      ...(root === null ? {} : { root }),
      kinds: kinds(),
      journal: path.join(storage, `check-${name}.journal`),
    };
  }
}

/** VS Code expects increments, the explainer reports fractions. */
function progressReporter(progress: vscode.Progress<{ message?: string; increment?: number }>) {
  let shown = 0;
  return ({ message, fraction }: Progress) => {
    const percent = Math.max(shown, 100 * (fraction ?? 0));
    progress.report({ message, increment: percent - shown });
    shown = percent;
  };
}
