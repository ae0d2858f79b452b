import path from 'node:path';
import * as vscode from 'vscode';
import { errorReport } from '../../explainers/errors.ts';
import { FileWatch } from '../watch/fileWatch.ts';
import { ANNOTATION_EXTENSIONS } from './annotationFiles.ts';
import { filesOf } from './checked.ts';
import type { Findings } from './findings.ts';
import type { LabelCheck } from './labelCheck.ts';

/**
 * Formats with a file per image may have files in many folders; only those with the most suspicious findings are
 * watched.
 */
const MAX_FOLDERS = 32;
const REVIEWS = '.review.jsonl';

/**
 * Reads verdicts that others write, and ranks again when an annotation file changes; the journal has the model's
 * output.
 */
export class FindingsWatch implements vscode.Disposable {
  readonly #findings: Findings;
  readonly #check: LabelCheck;
  readonly #log: vscode.LogOutputChannel;
  readonly #watch = new FileWatch();
  readonly #subscription: vscode.Disposable;

  constructor(findings: Findings, check: LabelCheck, log: vscode.LogOutputChannel) {
    this.#findings = findings;
    this.#check = check;
    this.#log = log;
    this.#subscription = findings.onDidChange(() => this.#rewatch());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#watch.dispose();
  }

  #rewatch(): void {
    const { checked } = this.#findings;
    const files = new Set(filesOf(checked?.findings ?? []));
    if (checked?.target.kind === 'file') files.add(checked.target.path);
    const folders = [...new Set([...files].map((file) => path.dirname(file)))].slice(0, MAX_FOLDERS);
    const all = (glob: string) => folders.map((folder) => ({ folder, glob }));
    this.#watch.set('reviews', all(`*${REVIEWS}`), (_, changed) => void this.#reviewed(changed));
    this.#watch.set(
      'annotations',
      all(`*.{${ANNOTATION_EXTENSIONS.join(',')}}`),
      (_, changed) => void this.#annotated(changed),
    );
  }

  async #reviewed(reviews: readonly string[]): Promise<void> {
    try {
      for (const file of reviews) await this.#findings.readVerdicts(file.slice(0, -REVIEWS.length));
    } catch (thrown) {
      this.#log.warn(`Verdicts could not be read: ${errorReport(thrown).message}`);
    }
  }

  /** A stopped run would now run the model, which nobody requested, so it waits for the next check. */
  async #annotated(changed: readonly string[]): Promise<void> {
    const { checked } = this.#findings;
    if (!checked?.complete || !vscode.workspace.isTrusted || this.#check.running === 'loudly') return;
    const known = new Set([checked.target.path, ...filesOf(checked.findings)]);
    if (!changed.some((file) => known.has(file))) return;
    this.#log.info(`${changed.join(', ')} changed, so the labels are checked again.`);
    try {
      await this.#check.run(checked.target, checked.model, 'quietly');
    } catch (thrown) {
      this.#log.warn(`Check Labels: ${errorReport(thrown).message}`);
    }
  }
}
