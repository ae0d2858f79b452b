import { BinaryReader } from '@bufbuild/protobuf/wire';
import { append } from '../../lists.ts';

/** An operation of a TensorFlow graph. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:output`, `^node` (only after it). */
  readonly inputs: readonly string[];
  /** Functions that it calls. */
  readonly calls: readonly string[];
}

export interface TfFunction {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly nodes: readonly TfNode[];
}

/** An input or output of a signature. */
export interface TfValue {
  /** `node:output` */
  readonly name: string;
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  /** −1: any; null: any number of dimensions. */
  readonly shape: readonly number[] | null;
}

export interface TfSignature {
  readonly inputs: ReadonlyMap<string, TfValue>;
  readonly outputs: ReadonlyMap<string, TfValue>;
}

/** One graph of a SavedModel. */
export interface MetaGraph {
  readonly tags: readonly string[];
  readonly nodes: readonly TfNode[];
  readonly functions: readonly TfFunction[];
  readonly signatures: ReadonlyMap<string, TfSignature>;
  /** Nodes that run when it is loaded, of all collections. */
  readonly collected: readonly string[];
  readonly filename: string;
  readonly restore: string;
}

/** Called with a field's number; true: it has read the field. */
type Field = (field: number, reader: BinaryReader) => boolean;

/** Reads the fields of a message that are known, and skips the others. Throws for bytes that are no message. */
function message(bytes: Uint8Array, field: Field): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (!field(number, reader)) reader.skip(type, number);
  }
}

/** A field handler of the messages of these numbers, each given its bytes. */
const parts = (table: Readonly<Record<number, (bytes: Uint8Array) => void>>): Field => {
  const known = new Map(Object.entries(table).map(([number, read]) => [Number(number), read]));
  return (number, reader) => {
    const read = known.get(number);
    read?.(reader.bytes());
    return read !== undefined;
  };
};

/** Reads the parts of a message that are messages or texts themselves. */
const read = (bytes: Uint8Array, table: Parameters<typeof parts>[0]): void => message(bytes, parts(table));

const utf8 = new TextDecoder();

/** A handler of a text: it goes behind those that came before. */
const behind = (list: string[]) => (bytes: Uint8Array) => void list.push(utf8.decode(bytes));
/** The value of a field that is written once; if it is written again, the last one counts. */
const last = (list: readonly string[]): string => list.at(-1) ?? '';

/** An entry of a map: its key, and the bytes of its value. */
function entry(bytes: Uint8Array): readonly [string, Uint8Array] {
  const keys: string[] = [];
  let value = new Uint8Array();
  read(bytes, {
    1: behind(keys),
    2: (each) => {
      value = each as Uint8Array<ArrayBuffer>;
    },
  });
  return [last(keys), value];
}

function mapOf<T>(map: Map<string, T>, parse: (bytes: Uint8Array) => T): (bytes: Uint8Array) => void {
  return (bytes) => {
    const [key, value] = entry(bytes);
    map.set(key, parse(value));
  };
}

/** Names of functions in the value of an attribute. */
function functionsOf(bytes: Uint8Array): readonly string[] {
  const found: string[] = [];
  const named = (each: Uint8Array) => read(each, { 1: behind(found) });
  read(bytes, { 10: named, 1: (list) => read(list, { 9: named }) });
  return found;
}

function node(bytes: Uint8Array): TfNode {
  const [names, ops, inputs, calls]: [string[], string[], string[], string[]] = [[], [], [], []];
  read(bytes, {
    1: behind(names),
    2: behind(ops),
    3: behind(inputs),
    5: (each) => append(calls, functionsOf(entry(each)[1])),
  });
  return { name: last(names), op: last(ops), inputs, calls };
}

function fn(bytes: Uint8Array): TfFunction {
  const [names, args, nodes]: [string[], string[], TfNode[]] = [[], [], []];
  const argument = (each: Uint8Array) => read(each, { 1: behind(args) });
  read(bytes, {
    1: (declared) => read(declared, { 1: behind(names), 2: argument }),
    3: (each) => void nodes.push(node(each)),
  });
  return { name: last(names), arguments: args, nodes };
}

function shape(bytes: Uint8Array): readonly number[] | null {
  const dims: number[] = [];
  let unknown = false;
  message(bytes, (number, reader) => {
    if (number === 3) unknown = reader.bool();
    else if (number === 2) {
      let size = 0;
      message(reader.bytes(), (own, inner) => {
        if (own === 1) size = Number(inner.int64());
        return own === 1;
      });
      dims.push(size);
    } else return false;
    return true;
  });
  return unknown ? null : dims;
}

function value(bytes: Uint8Array): TfValue {
  let [name, dtype] = ['', 0];
  let own: readonly number[] | null = null;
  message(bytes, (number, reader) => {
    if (number === 1) name = reader.string();
    else if (number === 2) dtype = reader.int32();
    else if (number === 3) own = shape(reader.bytes());
    else return false;
    return true;
  });
  return { name, dtype, shape: own };
}

function signature(bytes: Uint8Array): TfSignature {
  const [inputs, outputs] = [new Map<string, TfValue>(), new Map<string, TfValue>()];
  read(bytes, { 1: mapOf(inputs, value), 2: mapOf(outputs, value) });
  return { inputs, outputs };
}

function metaGraph(bytes: Uint8Array): MetaGraph {
  const [tags, nodes, functions, collected]: [string[], TfNode[], TfFunction[], string[]] = [[], [], [], []];
  const signatures = new Map<string, TfSignature>();
  const [filenames, restores]: [string[], string[]] = [[], []];
  const library = parts({ 1: (each) => void functions.push(fn(each)) });
  const graph = parts({ 1: (each) => void nodes.push(node(each)), 2: (each) => message(each, library) });
  read(bytes, {
    1: (each) => read(each, { 4: behind(tags) }),
    2: (each) => message(each, graph),
    3: (each) => read(each, { 1: behind(filenames), 3: behind(restores) }),
    // A list of nodes is one kind of collection.
    4: (each) => read(entry(each)[1], { 1: (list) => read(list, { 1: behind(collected) }) }),
    5: mapOf(signatures, signature),
  });
  return { tags, nodes, functions, signatures, collected, filename: last(filenames), restore: last(restores) };
}

/** The graphs of a `saved_model.pb`. Throws for bytes that are no SavedModel. */
export function metaGraphs(bytes: Uint8Array): readonly MetaGraph[] {
  const found: MetaGraph[] = [];
  read(bytes, { 2: (each) => void found.push(metaGraph(each)) });
  return found;
}
