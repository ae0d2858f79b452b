import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding, FindingPlace } from '../../explainers/contracts/results.ts';
import { plainText } from '../plainText.ts';
import type { Findings } from './findings.ts';
import { fileOf } from './place.ts';
import { verdictText } from './tree.ts';

export const SOURCE = 'Saliency Lens';
/** In the page about Check Labels: 'What is found'. */
const SECTION = 'what-is-found';
/** A line may be a whole file; VS Code ends the mark at the end of the line. */
const LINE_END = 10_000;

export interface ProblemsOptions {
  /** Findings with at least this score are warnings, others information. */
  readonly warningScore: () => number;
  /** The page about Check Labels, shipped with the extension. */
  readonly page: vscode.Uri;
}

/** The findings in the Problems panel, on their lines of the annotation files. */
export class Problems implements vscode.Disposable {
  readonly #findings: Findings;
  readonly #options: ProblemsOptions;
  readonly #collection = vscode.languages.createDiagnosticCollection('saliencyLens');
  readonly #subscription: vscode.Disposable;

  constructor(findings: Findings, options: ProblemsOptions) {
    this.#findings = findings;
    this.#options = options;
    this.#subscription = findings.onDidChange(() => this.refresh());
    this.refresh();
  }

  refresh(): void {
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const finding of this.#findings.all) {
      // A label that is right is not a problem; one that is wrong stays a problem until its file is corrected.
      if (finding.verdict?.verdict === 'right') continue;
      const diagnostic = this.#diagnostic(finding);
      const others = byFile.get(fileOf(finding));
      if (others) others.push(diagnostic);
      else byFile.set(fileOf(finding), [diagnostic]);
    }
    this.#collection.clear();
    for (const [file, diagnostics] of byFile) this.#collection.set(vscode.Uri.file(file), diagnostics);
  }

  /** The finding behind one of our diagnostics. */
  findingOf(file: vscode.Uri, { source, message, range }: vscode.Diagnostic): Finding | undefined {
    if (source !== SOURCE) return undefined;
    return this.at(file, range.start.line).find((finding) => message === problemText(finding));
  }

  /** The findings on a line (counted from 0) of an annotation file, in any of their places, most suspicious first. */
  at(file: vscode.Uri, line: number): readonly Finding[] {
    const here = (finding: Finding) =>
      finding.places.some((place) => fileOf(finding, place) === file.fsPath && lineOf(place) === line);
    return this.#findings.all.filter(here);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#collection.dispose();
  }

  #diagnostic(finding: Finding): vscode.Diagnostic {
    const severe = finding.verdict !== null || finding.score >= this.#options.warningScore();
    const { Warning, Information } = vscode.DiagnosticSeverity;
    const found = new vscode.Diagnostic(rangeOf(finding), problemText(finding), severe ? Warning : Information);
    found.source = SOURCE;
    found.code = { value: finding.kind, target: this.#options.page.with({ fragment: SECTION }) };
    const image = new vscode.Location(vscode.Uri.file(finding.image), new vscode.Position(0, 0));
    // One question is one problem; the other files that say the same are named below it.
    const others = finding.places.slice(1).map((place) => {
      const file = fileOf(finding, place);
      const at = new vscode.Location(vscode.Uri.file(file), rangeOf(place));
      return new vscode.DiagnosticRelatedInformation(at, plainText(`${path.basename(file)} says the same.`));
    });
    found.relatedInformation = [
      new vscode.DiagnosticRelatedInformation(image, plainText(path.basename(finding.image))),
      ...others,
    ];
    return found;
  }
}

/** The position of a place in its file: its line, or the first line if it has none. */
export function rangeOf(place: Pick<FindingPlace, 'line'>): vscode.Range {
  const line = lineOf(place);
  return new vscode.Range(line, 0, line, LINE_END);
}

function lineOf({ line }: Pick<FindingPlace, 'line'>): number {
  return Math.max(0, (line ?? 1) - 1);
}

function problemText({ message, verdict }: Finding): string {
  return plainText(verdict === null ? message : `${message} ${verdictText(verdict)}`);
}
