import { lstat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { editedText, type FixPlan } from '../../explainers/contracts/labels/fix.ts';
import { ExplainError } from '../../explainers/errors.ts';
import { sha256Of, sha256OfBytes } from '../../explainers/files/sha256.ts';

type PlanOf<K extends FixPlan['kind']> = Extract<FixPlan, { kind: K }>;

/** A plan, and what an editor will hold. */
export interface PlannedEdit {
  readonly plan: PlanOf<'edit'>;
  readonly document: vscode.TextDocument;
  /** The text afterwards. */
  readonly after: string;
}

/** An image moves, and no text changes. */
interface PlannedMove {
  readonly plan: PlanOf<'move'>;
  readonly document: null;
}

export type Planned = PlannedEdit | PlannedMove;

/** Opens the file of a plan. Throws `annotation` where VS Code does not hold exactly the text that was planned for. */
export async function readyPlan(plan: FixPlan): Promise<Planned> {
  if (plan.kind === 'move') {
    await free(plan.to);
    return { plan, document: null };
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(plan.file));
  await unchanged(plan, document);
  return { plan, document, after: editedText(document.getText(), plan.edits) };
}

/**
 * Makes the edits, as one edit of VS Code, and saves the files as they are, without what settings do on saving. Throws
 * `annotation` if one of the files is not what it was.
 */
export async function applyPlans(plans: readonly Planned[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const { plan, document } of plans) {
    if (!document) {
      await free(plan.to);
      edit.renameFile(vscode.Uri.file(plan.from), vscode.Uri.file(plan.to), { overwrite: false });
      continue;
    }
    await unchanged(plan, document);
    for (const { start, end, text } of plan.edits) {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      edit.replace(document.uri, range, text);
    }
  }
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new ExplainError({
      kind: 'annotation',
      message: 'VS Code did not make the change.',
      subject: plans[0]!.plan.file,
      next: 'Check that the file can be written, and fix the label again.',
    });
  for (const { plan, document } of plans) if (document) await save(plan, document);
}

async function save(plan: PlanOf<'edit'>, document: vscode.TextDocument): Promise<void> {
  const at = document.positionAt(plan.edits[0]!.start);
  await vscode.window.showTextDocument(document, { preview: false, selection: new vscode.Range(at, at) });
  if (document.isDirty) await vscode.commands.executeCommand('workbench.action.files.saveWithoutFormatting');
  if (document.isDirty) await document.save();
  if ((await sha256Of(plan.file)) === plan.afterSha256) return;
  throw new ExplainError({
    kind: 'annotation',
    message: 'The file that VS Code saved differs from the fix in other places too.',
    subject: plan.file,
    next: 'Undo in its editor takes everything back; settings such as files.encoding may be the reason.',
  });
}

async function unchanged(plan: PlanOf<'edit'>, document: vscode.TextDocument): Promise<void> {
  const subject = plan.file;
  if (document.isDirty) {
    const next = 'Save or revert it, then fix the label.';
    throw new ExplainError({ kind: 'annotation', message: 'The file has changes that are not saved.', subject, next });
  }
  if ((await sha256Of(plan.file)) !== plan.sha256) {
    const next = 'Wait for the labels to be checked again, then fix the label.';
    throw new ExplainError({ kind: 'annotation', message: 'The file has changed since it was read.', subject, next });
  }
  if (sha256OfBytes(Buffer.from(document.getText(), 'utf8')) === plan.textSha256) return;
  throw new ExplainError({
    kind: 'annotation',
    message: 'VS Code cannot hold this file byte for byte: its encoding or its line breaks differ within the file.',
    subject,
    next: 'Reopen it with its encoding, or export a corrected copy instead.',
  });
}

/** Throws `annotation` if there is something at that path. */
async function free(target: string): Promise<void> {
  const there = await lstat(target).then(
    () => true,
    () => false,
  );
  if (!there) return;
  throw new ExplainError({
    kind: 'annotation',
    message: 'There is an image of this name in the folder of the other class already.',
    subject: target,
    next: 'Rename one of them first.',
  });
}
