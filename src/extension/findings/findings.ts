import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { isUnlikely, leastScores } from '../../explainers/contracts/labels/leastScore.ts';
import type { Finding, ReviewRequest, Verdict } from '../../explainers/contracts/results.ts';
import { ownFolder } from '../../explainers/files/ownFolder.ts';
import { readWholeFile } from '../../explainers/files/plainFile.ts';
import { writeWhole } from '../../explainers/files/writeWhole.ts';
import { type Checked, filesOf, idOf, isIn, judged, restoredChecked, withVerdicts } from './checked.ts';

/** The parts of the explainer process that the findings need. */
export interface Reviewer {
  /** Returns the verdict on each place of the finding. */
  review(request: ReviewRequest): Promise<readonly Verdict[]>;
  verdicts(file: string): Promise<Readonly<Record<string, Verdict>>>;
}

export interface FindingsOptions {
  /** The extension's own folder for this workspace; only this user may look into it, as it holds names of patients. */
  readonly storage: string;
  readonly reviewer: Reviewer;
  /** Findings with a lower score are not shown. */
  readonly minimumScore: () => number;
  /** Findings far below the others of their kind are shown too. */
  readonly showUnlikely?: () => boolean;
}

/**
 * The findings of the last Check Labels, with people's verdicts. The tree, the problems, the Explorer's marks and the
 * panels follow it.
 */
export class Findings implements vscode.Disposable {
  readonly #options: FindingsOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #checked: Checked | null = null;
  #shown: readonly Finding[] = [];
  /** By {@link idOf}: a long list asks for each of its findings after every verdict. */
  #byId: ReadonlyMap<string, Finding> = new Map();
  /** Including those on findings that the current run has not reached yet. */
  readonly #verdicts = new Map<string, Verdict | null>();
  #saving: Promise<void> = Promise.resolve();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** The last run; null: there was none, or it was cleared. */
  get checked(): Checked | null {
    return this.#checked;
  }

  /** Most suspicious first, including judged ones. */
  get all(): readonly Finding[] {
    return this.#shown;
  }

  /** Those without a verdict. */
  get open(): readonly Finding[] {
    return this.#shown.filter(({ verdict }) => verdict === null);
  }

  /** How many are not shown because of their score. */
  get hidden(): number {
    return (this.#checked?.findings.length ?? 0) - this.#shown.length;
  }

  of(image: string): readonly Finding[] {
    return this.#shown.filter((finding) => finding.image === image);
  }

  /** The images with findings, the most suspicious first. */
  get images(): readonly string[] {
    return [...new Set(this.#shown.map(({ image }) => image))];
  }

  /** The current state of a finding; a menu or a message may hold an older one. */
  find(finding: Pick<Finding, 'file' | 'key'>): Finding | undefined {
    return this.#byId.get(idOf(finding));
  }

  /** Replaces the findings of the last run. */
  replace(checked: Checked | null, keep = true): void {
    this.#checked = checked;
    this.refilter();
    if (keep) this.#save();
  }

  /** The findings so far of a run come without verdicts; this adds the known ones. */
  withKnownVerdicts(findings: readonly Finding[]): readonly Finding[] {
    for (const { places } of this.#checked?.findings ?? [])
      for (const place of places) this.#verdicts.set(idOf(place), place.verdict);
    return findings.map((each) => judged(each, (place) => place.verdict ?? this.#verdicts.get(idOf(place)) ?? null));
  }

  /** The minimum score may have changed. */
  refilter(): void {
    const minimum = this.#options.minimumScore();
    const all = this.#checked?.findings ?? [];
    const least = this.#options.showUnlikely?.() ? new Map() : leastScores(all);
    this.#shown = all.filter((finding) => finding.score >= minimum && !isUnlikely(finding, least));
    this.#byId = new Map(this.#shown.map((each) => [idOf(each), each]));
    this.#changed.fire();
  }

  /** Writes a verdict to the review file of each place, and marks the finding with it. */
  async review(finding: Finding, verdict: Verdict['verdict'], note: string): Promise<Verdict> {
    const { modelSha256 = null, settings = {} } = this.#checked ?? {};
    const written = await this.#options.reviewer.review({ finding, verdict, note, modelSha256, settings });
    this.#mark((each) => (idOf(each) === idOf(finding) ? judged(each, (_, i) => written[i] ?? null) : each));
    return written[0]!;
  }

  /** Reads the verdicts on an annotation file's labels again, because somebody else may have written some. */
  async readVerdicts(file: string): Promise<void> {
    if (!this.#checked?.findings.some((finding) => isIn(file, finding))) return;
    const verdicts = await this.#options.reviewer.verdicts(file);
    const before = JSON.stringify(this.#checked?.findings);
    const after = withVerdicts(this.#checked?.findings ?? [], file, verdicts);
    if (JSON.stringify(after) !== before) this.#mark((each, i) => after[i] ?? each);
  }

  /** Restores the findings of an earlier window; verdicts written since then are read. */
  async restore(): Promise<void> {
    const file = this.#file;
    const bytes = await readWholeFile(file).catch(() => null);
    const checked = bytes === null ? null : restoredChecked(parsed(bytes.toString('utf8')));
    if (checked === null || this.#checked !== null) return;
    this.replace(checked, false);
    await this.readAllVerdicts(await changedAt(file));
  }

  /** Reads the verdicts again from the review files that were written after `since`, milliseconds of the epoch. */
  async readAllVerdicts(since = 0): Promise<void> {
    for (const file of filesOf(this.#checked?.findings ?? [])) {
      if ((await changedAt(`${file}.review.jsonl`)) > since) await this.readVerdicts(file);
    }
  }

  /** Settles when everything is on the disk. */
  saved(): Promise<void> {
    return this.#saving;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  get #file(): string {
    return path.join(this.#options.storage, 'findings.json');
  }

  #mark(mark: (finding: Finding, i: number) => Finding): void {
    if (this.#checked === null) return;
    this.replace({ ...this.#checked, findings: this.#checked.findings.map(mark) });
  }

  /** One save after another, each complete or not at all. */
  #save(): void {
    const checked = this.#checked;
    const write = async () => {
      if (checked !== this.#checked) return; // a later save will follow
      if (checked === null) return rm(this.#file, { force: true });
      await ownFolder(this.#options.storage);
      await writeWhole(this.#file, JSON.stringify(checked));
    };
    // Findings that cannot be saved are still shown; the next check finds them again.
    this.#saving = this.#saving.then(write).catch(() => {});
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
