/** A JSON schema (draft 7), as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };
