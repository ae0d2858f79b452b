import type { InputLook, Trial } from '../../explainers/contracts/setUp.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import type { SetUpContents } from '../../explainers/protocol/modelPages.ts';
import type { Form } from './form.ts';

/** What the form of Set Up Model shows. */
export interface SetUpState {
  /** Null: the model is being opened. */
  readonly contents: SetUpContents | null;
  readonly form: Form | null;
  readonly look: InputLook | null;
  /** The address of the look's picture. */
  readonly picture: string | null;
  readonly lookError: ErrorReport | null;
  readonly trials: readonly Trial[] | null;
  /** 0 … 1 while the usual preprocessings are tried. */
  readonly trying: number | null;
  readonly trialError: ErrorReport | null;
  readonly draft: { readonly path: string; readonly text: string; readonly labels: string | null } | null;
  readonly draftError: ErrorReport | null;
  readonly written: boolean;
}

export const INITIAL: SetUpState = {
  contents: null,
  form: null,
  look: null,
  picture: null,
  lookError: null,
  trials: null,
  trying: null,
  trialError: null,
  draft: null,
  draftError: null,
  written: false,
};
