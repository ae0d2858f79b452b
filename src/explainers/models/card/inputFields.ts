import type { FurtherInput } from '../../contracts/furtherInput.ts';

/** A card's entry for a further input, valid by the schema. */
export interface InputFields {
  readonly kind: FurtherInput['kind'];
  readonly from?: string;
  readonly key?: string;
  readonly column?: string | readonly string[];
  readonly values?: Readonly<Record<string, number | readonly number[]>>;
  readonly tokenizer?: string;
  readonly vocabulary?: string;
  readonly length?: number;
  readonly default?: string | number | readonly number[];
  readonly baseline?: string | number | readonly number[];
  readonly value?: number | boolean | readonly number[];
}
