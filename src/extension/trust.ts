import * as vscode from 'vscode';
import { ExplainError } from '../explainers/errors.ts';

/** Throws `usage` before the workspace is trusted, because a model is a program from whoever made the folder. */
export function requireTrust(subject?: string): void {
  if (vscode.workspace.isTrusted) return;
  throw new ExplainError({
    kind: 'usage',
    message: 'This workspace is not trusted, so no model is opened.',
    ...(subject === undefined ? {} : { subject }),
    next: 'Trust the workspace first (Workspaces: Manage Workspace Trust).',
  });
}
