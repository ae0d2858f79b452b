// Models that are compared with the current one.
export type Other =
  | { readonly kind: 'model'; readonly path: string }
  /** Of the current model's file; its results are those that the page still has. */
  | { readonly kind: 'version'; readonly revision: number };

/** How a model was before its file was written again. */
export interface Version {
  readonly revision: number;
  /** When it was replaced, in milliseconds since 1970. */
  readonly until: number;
  /** Given by the user. */
  readonly name: string | null;
}

/** Nobody goes back further in one session. */
export const MOST_VERSIONS = 20;
