/**
 * A method's parameters as data: one literal gives the TypeScript type, the panel's form, the CLI's checks, the card's
 * schema and the documentation.
 */
export type ParameterSpec =
  | {
      readonly kind: 'integer' | 'number';
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly unit?: string;
      readonly about: string;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: Readonly<Record<string, string>>;
      readonly about: string;
    }
  | { readonly kind: 'boolean'; readonly default: boolean; readonly about: string }
  /** Free text, such as a layer's name; with `auto`, the method finds it. */
  | {
      readonly kind: 'text';
      readonly default: string;
      /** The model's layers, or some texts to suggest. */
      readonly suggestions?: 'layers' | readonly string[];
      readonly about: string;
    };

export type ParameterSchema = Readonly<Record<string, ParameterSpec>>;

type ValueOf<S extends ParameterSpec> = S extends { kind: 'integer' | 'number' }
  ? number
  : S extends { kind: 'boolean' }
    ? boolean
    : string;

/** The values that a schema describes. */
export type ParameterValues<S extends ParameterSchema> = { readonly [K in keyof S]: ValueOf<S[K]> };

export type AnyParameters = Readonly<Record<string, number | string | boolean>>;
