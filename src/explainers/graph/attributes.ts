import { ExplainError } from '../errors.ts';
import type { Attribute, Node } from './graph.ts';

/**
 * Attributes as a builder accepts them: `float()` distinguishes floats from integers, everything else goes by its type.
 */
export type AttributeInit = Readonly<
  Record<string, Attribute | number | string | readonly number[] | readonly string[]>
>;

/** Marks a number as a float attribute (a plain number is an int). */
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value });

/** The typed map of attributes for a builder's plain record. */
export function attributesOf(init: AttributeInit): ReadonlyMap<string, Attribute> {
  return new Map(Object.entries(init).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: AttributeInit[string]): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if (!Array.isArray(value)) return value as Attribute;
  return typeof value[0] === 'string'
    ? { kind: 'strings', value: value as string[] }
    : { kind: 'ints', value: value as number[] };
}

type KindOf<V> = Extract<Attribute, { value: V }>['kind'];

function read<V>(node: Node, name: string, kinds: readonly KindOf<V>[], fallback: V | undefined): V {
  const found = node.attributes.get(name);
  if (found && (kinds as readonly string[]).includes(found.kind)) return found.value as V;
  if (!found && fallback !== undefined) return fallback;
  throw new ExplainError({
    kind: 'model',
    message: `${node.op} ${found ? `has attribute '${name}' of kind ${found.kind}, not ${kinds.join(' or ')}` : `has no attribute '${name}'`}.`,
    subject: `node '${node.name}'`,
    next: 'The model file violates the ONNX standard. Export it again, or check it with onnx.checker.',
  });
}

/** An int or float attribute; without a fallback its absence is a model error. */
export const numberAttribute = (node: Node, name: string, fallback?: number) =>
  read<number>(node, name, ['int', 'float'], fallback);
export const stringAttribute = (node: Node, name: string, fallback?: string) =>
  read<string>(node, name, ['string'], fallback);
export const numbersAttribute = (node: Node, name: string, fallback?: readonly number[]) =>
  read<readonly number[]>(node, name, ['ints', 'floats'], fallback);
export const hasAttribute = (node: Node, name: string) => node.attributes.has(name);

/** The node with other attributes: undefined removes one. */
export function withAttributes(node: Node, changes: Readonly<Record<string, Attribute | undefined>>): Node {
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of Object.entries(changes)) {
    if (attribute) attributes.set(name, attribute);
    else attributes.delete(name);
  }
  return { ...node, attributes };
}
