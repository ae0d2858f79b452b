import * as vscode from 'vscode';

const WALKTHROUGH = 'saliency-lens.saliency-lens#start';

/** Set by `npm start`: the first steps are shown when the window opens. */
const ASKED = 'SALIENCY_LENS_WELCOME';

/** The first steps: an image that comes with the extension, then one's own. */
export async function showWelcome(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
}

export function welcomeIfAsked(): void {
  if (process.env[ASKED]) void showWelcome();
}
