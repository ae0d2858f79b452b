// The messages of the two pages about a model: the read-only editor of a model file, and the form that sets one up.
// Neither page names a file: the extension host knows which model and which image each of them is about.

import type { ModelDescription } from '../contracts/results.ts';
import type { CardChoices, InputChange, InputLook, Trial } from '../contracts/setUp.ts';
import type { ErrorReport } from '../errors.ts';

type Nothing = Record<never, never>;

/** What the model editor shows. */
export interface ModelContents {
  /** The file's name. */
  readonly name: string;
  readonly trusted: boolean;
  /** Null: it could not be opened, or the workspace is not trusted. */
  readonly description: ModelDescription | null;
  readonly error: ErrorReport | null;
}

export interface ModelPageRequests {
  /** Opens the model. */
  describe(request: Nothing): ModelContents;
  /** Writes the card, or opens the one that is there. */
  writeCard(request: Nothing): null;
  setUp(request: Nothing): null;
  /** Asks for an image and explains it with this model. */
  explain(request: Nothing): null;
  grantTrust(request: Nothing): null;
  showLog(request: Nothing): null;
}

export interface ModelEditorHost {
  readonly requests: ModelPageRequests;
  readonly notifications: Nothing;
}

/** The page of the model editor. */
export interface ModelEditorPage {
  readonly requests: Nothing;
  /** Files of the model have changed on disk, or the workspace is trusted now. */
  readonly notifications: { readonly changed: Nothing };
}

/** What the form of Set Up Model begins with. */
export interface SetUpContents {
  readonly model: string;
  /** Null: there is none yet. */
  readonly image: string | null;
  readonly description: ModelDescription | null;
  readonly error: ErrorReport | null;
  /** The classes are only numbered, and there are as many as ImageNet has. */
  readonly offersImageNet: boolean;
}

export interface SetUpRequests {
  ready(request: Nothing): SetUpContents;
  look(request: { change: InputChange }): InputLook;
  trials(request: Nothing): readonly Trial[];
  /** The name of the chosen one; null: the user has changed their mind. */
  chooseImage(request: Nothing): { image: string } | null;
  /** The text of the card as it would be written. */
  draft(request: { choices: CardChoices }): { path: string; text: string; labels: string | null };
  write(request: { choices: CardChoices }): null;
  showLog(request: Nothing): null;
}

export interface SetUpHost {
  readonly requests: SetUpRequests;
  readonly notifications: Nothing;
}

/** The page of Set Up Model. */
export interface SetUpPage {
  readonly requests: Nothing;
  readonly notifications: Nothing;
}
