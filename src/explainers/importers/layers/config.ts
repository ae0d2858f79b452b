import { own } from '../../tables.ts';
import { damaged, unread } from '../problem.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A layer's settings in its file, each read with the expected type. */
export class Config {
  readonly layer: string;
  readonly #settings: JsonObject;

  constructor(settings: JsonObject, layer: string) {
    this.#settings = settings;
    this.layer = layer;
  }

  raw(key: string): Json | undefined {
    return own(this.#settings as Record<string, Json & object>, key);
  }

  /** The settings whose values are not null. */
  get keys(): readonly string[] {
    return Object.entries(this.#settings).flatMap(([key, value]) => (value === null ? [] : [key]));
  }

  number(key: string, fallback?: number): number {
    return this.#read(key, fallback, (value) =>
      typeof value === 'number' && Number.isFinite(value) ? value : undefined,
    );
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.#read(key, fallback, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  word(key: string, fallback: string): string {
    return this.#read(key, fallback, (value) => (typeof value === 'string' ? value : undefined));
  }

  numbers(key: string, fallback?: readonly number[]): readonly number[] {
    return this.#read(key, fallback, numbersOf);
  }

  /** Two numbers, or one for both. */
  pair(key: string, fallback?: readonly [number, number]): readonly [number, number] {
    return this.#read(key, fallback, pairOf);
  }

  /** Pixels before and after of height and width: a number, two, or two pairs. */
  border(key: string): readonly [readonly [number, number], readonly [number, number]] {
    return this.#read(key, undefined, (value) => {
      const [high, wide] = Array.isArray(value) ? value : [value, value];
      const [rows, columns] = [pairOf(high as Json), pairOf(wide as Json)];
      return rows && columns ? ([rows, columns] as const) : undefined;
    });
  }

  #read<T>(key: string, fallback: T | undefined, convert: (value: Json) => T | undefined): T {
    const value = this.raw(key);
    if (value === undefined || value === null) {
      if (fallback !== undefined) return fallback;
      throw damaged(`Layer '${this.layer}' lacks its setting '${key}'.`, this.layer);
    }
    const converted = convert(value);
    if (converted !== undefined) return converted;
    throw unread(
      `Layer '${this.layer}' has the setting '${key}' with a value that is not known: ${JSON.stringify(value).slice(0, 60)}.`,
      this.layer,
      'Save the model again with a released version of Keras, or export it to ONNX.',
    );
  }
}

function numbersOf(value: Json): readonly number[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.every((each) => Number.isInteger(each)) ? (list as number[]) : undefined;
}

function pairOf(value: Json): readonly [number, number] | undefined {
  const list = numbersOf(value);
  if (!list || list.length < 1 || list.length > 2) return undefined;
  return [list[0]!, list.at(-1)!];
}
