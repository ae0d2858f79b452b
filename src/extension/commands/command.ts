import { MODEL_ENDINGS, TFJS_NAME } from '../../explainers/files/modelFiles.ts';
import type { Ctx } from '../ctx.ts';

/** `when` clause: one of our panels has the focus, or an image that is open with us as its editor. */
export const IN_PANEL =
  "(activeWebviewPanelId == 'saliencyLens.explain' || activeCustomEditorId == 'saliencyLens.image')";

/**
 * `when` clause: a file on the machine where the extension runs; in a remote window its scheme is not 'file' to the
 * window.
 */
export const ON_DISK = 'resourceScheme =~ /^(file|vscode-remote)$/';

/** `when` clause: a model file, by its name. */
export const IS_MODEL = `(resourceExtname =~ /^\\.(${MODEL_ENDINGS.join('|')})$/i || resourceFilename == '${TFJS_NAME}')`;

/** `when` clause: for the view with the label findings. */
export const IN_FINDINGS = 'view == saliencyLens.findings';

/** `when` clause: Check Labels has been run. */
export const FINDINGS_CHECKED = 'saliencyLens.checked';

/** `when` clause: one finding in the view. */
export const A_FINDING = `${IN_FINDINGS} && viewItem =~ /^finding\\./`;

/** `when` clause: the list of findings has the keyboard, and no field in it. */
export const FINDINGS_FOCUSED = 'focusedView == saliencyLens.findings && !inputFocus';

/** `when` clause: the editor shows the difference that a fix would make. */
export const IN_FIX = 'resourceScheme == saliency-lens-fix';

/** For `palette`: a command about one particular thing, which the palette cannot pass. */
export const NEVER = 'false';

/**
 * A command as declared in its own file; package.json's `commands`, `menus` and `keybindings` are generated from these.
 */
export interface Command {
  /** 'saliencyLens.' and a name; never renamed, because people bind keys to it. */
  readonly id: `saliencyLens.${string}`;
  readonly title: string;
  /** A codicon, `$(name)`, if the command is a button. */
  readonly icon?: string;
  /** Menu id → when and where it is shown there. */
  readonly menus?: Readonly<Record<string, { readonly when: string; readonly group: string }>>;
  /** When the command palette offers it; absent: always. */
  readonly palette?: string;
  readonly key?: { readonly key: string; readonly mac?: string; readonly when: string };
  run(ctx: Ctx, ...args: readonly unknown[]): unknown;
}
