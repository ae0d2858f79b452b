import * as vscode from 'vscode';
import { isWithin } from '../../explainers/files/reach.ts';
import type { Ctx } from '../ctx.ts';
import { pickMany, say } from '../say.ts';
import type { LinkedFolders } from './linkedFolders.ts';
import { LinkQuestions } from './linkQuestions.ts';

/** Asks about links that lead out of the workspace when the explainer meets them. */
export function linkQuestions(
  folders: LinkedFolders,
  { client, panels, findings, labelCheck }: Pick<Ctx, 'client' | 'panels' | 'findings' | 'labelCheck'>,
): LinkQuestions {
  const questions: LinkQuestions = new LinkQuestions({
    folders,
    trusted: () => vscode.workspace.isTrusted,
    ask: async ({ link, folder }) => {
      const text = `${vscode.workspace.asRelativePath(link)} leads to ${folder} outside the workspace. Read files there?`;
      const choice = await say.information(text, 'Yes', 'No');
      return choice === undefined ? undefined : choice === 'Yes';
    },
    allowed: ({ link }) => {
      // A running check waits for the next process, and continues there from its journal.
      const running = labelCheck.running !== null;
      client.restart('a linked folder may be read');
      panels.annotationsAgain();
      const { checked } = findings;
      if (!running && checked && isWithin(link, checked.target.path))
        void vscode.commands.executeCommand('saliencyLens.checkLabelsAgain');
    },
  });
  client.onLinkOut((link) => void questions.met(link));
  return questions;
}

/** Lets a person choose which answers are forgotten. */
export async function forgetLinkedFolders(ctx: Ctx): Promise<void> {
  const { linkedFolders, linkQuestions: questions, client, panels } = ctx;
  const { answers } = linkedFolders;
  if (answers.length === 0) {
    void say.information('No folder outside the workspace was asked about.');
    return;
  }
  const items = answers.map(({ folder, read }) => ({
    label: folder,
    description: read ? 'its files are read' : 'its files are not read',
    folder,
  }));
  const chosen = await pickMany(items, {
    title: 'Forget Answers About Linked Folders',
    placeHolder: 'Folders outside the workspace that you want to be asked about again',
  });
  if (!chosen || chosen.length === 0) return;
  const forgotten = chosen.map(({ folder }) => folder);
  await linkedFolders.forget(forgotten);
  questions.forget(forgotten);
  client.restart('linked folders are no longer read');
  panels.annotationsAgain();
}
