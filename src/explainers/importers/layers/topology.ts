import type { Json, JsonObject } from './config.ts';

/** A value that a call reads or a model gives: the output `tensor` of call `call` of a layer. */
export interface Reference {
  readonly layer: string;
  readonly call: number;
  readonly tensor: number;
}

/** An argument of a call. */
export type Argument =
  | { readonly reference: Reference }
  | { readonly list: readonly Argument[] }
  | { readonly value: Json };

/** One use of a layer. A layer that is shared has several. */
export interface Call {
  readonly args: readonly Argument[];
  readonly named: ReadonlyMap<string, Argument>;
}

/** One layer of a network, or an operation that Keras stores as a layer. */
export interface Layer {
  readonly name: string;
  readonly className: string;
  /** The module of its class, such as `keras.src.ops.numpy`; '' if the file does not say. */
  readonly module: string;
  readonly config: JsonObject;
  readonly calls: readonly Call[];
  /** A model that is used as a layer. */
  readonly network: Network | null;
}

/** A Keras model's layers and their connections, whichever version wrote them. */
export interface Network {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputs: readonly Reference[];
  readonly outputs: readonly Reference[];
}

/** Every value that a call reads. */
export function readBy({ args, named }: Call): readonly Reference[] {
  const visit = (argument: Argument): readonly Reference[] =>
    'reference' in argument ? [argument.reference] : 'list' in argument ? argument.list.flatMap(visit) : [];
  return [...args, ...named.values()].flatMap(visit);
}
