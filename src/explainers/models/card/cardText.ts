import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { AnnotationSource } from '../../contracts/card.ts';
import type { Device } from '../../contracts/device.ts';
import { ExplainError } from '../../errors.ts';
import { methods } from '../../methods/methods.ts';
import { didYouMean } from '../../suggest.ts';
import { setOwn, table } from '../../tables.ts';
import { modelCardSchema } from './cardSchema.ts';
import type { InputFields } from './inputFields.ts';
import type { JsonSchema } from './jsonSchema.ts';

/** The content of a model card's file: valid by the schema, with nothing filled in. */
export interface CardFields {
  readonly model: string;
  readonly task?: 'multi-label' | 'multi-class';
  readonly labels?: readonly string[] | string;
  readonly input?: {
    readonly size?: readonly [number, number];
    readonly resize?: 'squash' | 'crop' | 'letterbox';
    readonly cropFraction?: number;
    readonly fill?: number;
    readonly antialias?: boolean;
    readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
    readonly channels?: 'rgb' | 'bgr' | 'gray';
    readonly layout?: 'nchw' | 'nhwc';
    readonly scale?: number;
    readonly mean?: number | readonly number[];
    readonly std?: number | readonly number[];
    readonly bands?: readonly number[];
    readonly show?: readonly number[];
  };
  readonly output?: {
    readonly name?: string;
    readonly activation?: 'auto' | 'none' | 'sigmoid' | 'softmax';
    readonly classes?: { readonly axis: number; readonly from?: number; readonly to?: number };
    readonly over?: 'max' | 'mean';
  };
  readonly thresholds?: number | readonly number[];
  readonly annotations?: readonly (string | Pick<AnnotationSource, 'path' | 'format' | 'uncertain'>)[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly explain?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly quantised?: 'asIs' | 'dequantised';
  readonly device?: Device;
  readonly inputs?: Readonly<Record<string, InputFields>>;
}

export interface CardText {
  readonly fields: CardFields;
  /** `file:line:column` of a field, for errors found later; of its nearest parent that is in the text. */
  at(path: readonly (string | number)[]): string;
}

const validators = new Map<string, ValidateFunction>();

/**
 * Checks a card. Compiling the schema takes longer than opening a model, mostly for the parameters of methods that a
 * card does not mention, so only those that it names are compiled. Tests check the schema itself, which is not checked
 * at each start.
 */
function validate(value: unknown): ValidateFunction {
  const explain = (value as { readonly explain?: unknown } | null)?.explain;
  const named = typeof explain === 'object' && explain !== null ? Object.keys(explain).sort() : [];
  const known = validators.get(named.join());
  if (known) return known;
  const schema = modelCardSchema([...methods.values()]);
  const properties = schema['properties'] as Record<string, JsonSchema>;
  const parameters = Object.entries(properties['explain']!['properties'] as Record<string, JsonSchema>);
  const needed = Object.fromEntries(parameters.map(([id, each]) => [id, named.includes(id) ? each : true]));
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, meta: false, validateSchema: false });
  const compiled = ajv.compile({
    ...schema,
    properties: { ...properties, explain: { ...properties['explain'], properties: needed } },
  });
  validators.set(named.join(), compiled);
  return compiled;
}

/** The parser recurses as deep as the brackets; no card needs more than a few levels. */
const DEEPEST = 100;

/** The nesting depth of brackets, including those in strings and comments: only an estimate, but never too low. */
function nesting(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const character of text) {
    if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
  }
  return deepest;
}

/**
 * Reads the text of a model card: JSON with comments and trailing commas.
 * @throws ExplainError `card` with every mistake, each with its line and column
 */
export function parseCardText(text: string, file: string): CardText {
  if (nesting(text) > DEEPEST) {
    throw new ExplainError({
      kind: 'card',
      message: `The model card nests brackets more than ${DEEPEST} levels deep.`,
      subject: file,
      next: 'Correct the card; docs/model-card.md explains every field.',
    });
  }
  const mistakes: ParseError[] = [];
  const root = parseTree(text, mistakes, { allowTrailingComma: true, disallowComments: false });
  const place = (offset: number) => `${file}:${lineColumn(text, offset)}`;
  if (mistakes.length > 0 || !root) {
    const first = mistakes[0];
    throw new ExplainError({
      kind: 'card',
      message: first
        ? `The model card is not valid JSON: ${words(printParseErrorCode(first.error))}.`
        : 'The model card is empty.',
      subject: place(first?.offset ?? 0),
      next: 'Open the card in VS Code, which marks the place.',
    });
  }
  const value = plain(root);
  const check = validate(value);
  if (!check(value)) throw schemaError(check.errors ?? [], root, place);
  return {
    fields: value as CardFields,
    at: (path) => place(nodeAt(root, path).offset),
  };
}

/** Schema violations as one error: the first as its message, all of them listed. */
function schemaError(errors: readonly ErrorObject[], root: Node, place: (offset: number) => string): ExplainError {
  const seen = new Set<string>();
  const choices = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map((error) => error.instancePath));
  // `anyOf` repeats the errors of its branches. A branch for a type other than the value's is noise, …
  // What is wrong by the entry of a kind is said by that entry's own errors.
  const telling = errors.filter(
    ({ keyword, instancePath }) => keyword !== 'if' && (keyword !== 'type' || !choices.has(instancePath)),
  );
  const found = telling
    // … and if a branch says more, `anyOf` itself is noise.
    .filter((error) => error.keyword !== 'anyOf' || !telling.some((other) => other !== error && isWithin(other, error)))
    .map((error) => ({ error, path: pointer(error.instancePath) }))
    .map(({ error, path }) => describe(error, path, root))
    .filter(({ text, offset }) => !seen.has(`${offset} ${text}`) && seen.add(`${offset} ${text}`))
    .sort((a, b) => a.offset - b.offset);
  const first = found[0]!;
  const rest = found.slice(1).map(({ text, offset }) => `${place(offset)}: ${text}`);
  return new ExplainError({
    kind: 'card',
    message: `${first.text}${rest.length > 0 ? ` Also: ${rest.join(' ')}` : ''}`,
    subject: place(first.offset),
    next: 'Correct the card; docs/model-card.md explains every field, and VS Code completes them while typing.',
  });
}

const isWithin = (a: ErrorObject, b: ErrorObject) => `${a.instancePath}/`.startsWith(`${b.instancePath}/`);

const MESSAGES = table<(error: ErrorObject, field: string) => string>({
  additionalProperties: (error) => {
    const name = String(error.params['additionalProperty']);
    const known = Object.keys((error.parentSchema as JsonSchema)['properties'] as object);
    return `There is no field '${name}' here.${didYouMean(name, known) || ` Known: ${known.filter((k) => k !== '$schema').join(', ')}.`}`;
  },
  required: (error) => `The field '${error.params['missingProperty']}' is missing.`,
  enum: (error, field) => {
    const allowed = (error.params['allowedValues'] as unknown[]).map(String);
    return `${field} must be one of ${allowed.join(', ')}, not ${JSON.stringify(error.data)}.${typeof error.data === 'string' ? didYouMean(error.data, allowed) : ''}`;
  },
  type: (error, field) => `${field} must be ${aOr(error.params['type'])}, not ${JSON.stringify(error.data)}.`,
  anyOf: (error, field) => {
    const kinds = (error.schema as readonly JsonSchema[]).map((branch) => aOr(branch['type']));
    return `${field} must be ${kinds.join(' or ')}, not ${JSON.stringify(error.data)}.`;
  },
});

function describe(error: ErrorObject, path: readonly string[], root: Node): { text: string; offset: number } {
  const unknown = error.keyword === 'additionalProperties' ? [String(error.params['additionalProperty'])] : [];
  const node = nodeAt(root, [...path, ...unknown]);
  const field = path.length === 0 ? 'The model card' : `'${path.join('.')}'`;
  const message = MESSAGES[error.keyword];
  return {
    text: message ? message(error, field) : `${field} ${error.message ?? 'is not allowed'}.`,
    // An unknown field is marked at its name, a wrong value at the value.
    offset: unknown.length > 0 ? (node.parent?.offset ?? node.offset) : node.offset,
  };
}

const aOr = (type: unknown) => (/^[aeio]/.test(String(type)) ? `an ${type}` : `a ${type}`);

function nodeAt(root: Node, path: readonly (string | number)[]): Node {
  for (let length = path.length; length >= 0; length--) {
    let node: Node | undefined = root;
    for (const step of path.slice(0, length)) {
      node = node && findNodeAtLocation(node, [node.type === 'array' ? Number(step) : String(step)]);
    }
    if (node) return node;
  }
  return root;
}

const pointer = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** A tree's value, with no prototype to pollute. */
function plain(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plain);
  if (node.type !== 'object') return node.value;
  const fields: Record<string, unknown> = Object.create(null);
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key && value) setOwn(fields, String(key.value), plain(value));
  }
  return fields;
}

function lineColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${before.at(-1)!.length + 1}`;
}

const words = (code: string) => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
