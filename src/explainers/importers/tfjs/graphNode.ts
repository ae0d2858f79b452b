import { own } from '../../tables.ts';
import { isObject, type Json, type JsonObject } from '../layers/config.ts';
import { damaged } from '../problem.ts';

/** An operation of a TensorFlow.js graph model: a NodeDef as JSON. */
export class GraphNode {
  readonly name: string;
  readonly op: string;
  /** The values it reads: node and output. Control inputs are left out. */
  readonly inputs: readonly { readonly node: string; readonly output: number }[];
  readonly #attributes: JsonObject;

  constructor(json: Json, subject: string) {
    if (!isObject(json) || typeof json.name !== 'string' || typeof json.op !== 'string') {
      throw damaged('The TensorFlow.js model has an operation without a name.', subject);
    }
    this.name = json.name;
    this.op = json.op;
    this.#attributes = isObject(json.attr) ? json.attr : {};
    const inputs = Array.isArray(json.input) ? json.input : [];
    this.inputs = inputs.flatMap((input) =>
      typeof input === 'string' && !input.startsWith('^') ? [placeOf(input)] : [],
    );
  }

  /** A text, which the JSON holds in base64. */
  text(key: string, fallback: string): string {
    const value = this.#value(key)?.s;
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : fallback;
  }

  number(key: string, fallback: number): number {
    const value = this.#value(key);
    const found = value?.f ?? value?.i;
    return found === undefined || !Number.isFinite(Number(found)) ? fallback : Number(found);
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.#value(key)?.b;
    return typeof value === 'boolean' ? value : fallback;
  }

  numbers(key: string): readonly number[] {
    const list = this.#value(key)?.list;
    const values = isObject(list) ? (list.i ?? list.f) : undefined;
    return Array.isArray(values) ? values.map(Number) : [];
  }

  texts(key: string): readonly string[] {
    const list = this.#value(key)?.list;
    const values = isObject(list) ? list.s : undefined;
    return Array.isArray(values) ? values.map((value) => Buffer.from(String(value), 'base64').toString('utf8')) : [];
  }

  /** A declared shape, with null for an axis of any size; undefined if there is none. */
  shape(key: string): readonly (number | null)[] | undefined {
    return dimensionsOf(this.#value(key)?.shape);
  }

  #value(key: string): JsonObject | undefined {
    const value = own(this.#attributes as Record<string, Json & object>, key);
    return isObject(value) ? value : undefined;
  }
}

/** {"dim": [{"size": "-1"}, …]} */
export function dimensionsOf(shape: Json | undefined): readonly (number | null)[] | undefined {
  if (!isObject(shape) || !Array.isArray(shape.dim)) return undefined;
  return shape.dim.map((dim) => {
    const size = Number(isObject(dim) ? dim.size : Number.NaN);
    return Number.isSafeInteger(size) && size > 0 ? size : null;
  });
}

/** 'name' or 'name:1' */
export function placeOf(input: string): { readonly node: string; readonly output: number } {
  const found = /^(.*):(\d+)$/.exec(input);
  return found ? { node: found[1]!, output: Number(found[2]) } : { node: input, output: 0 };
}
