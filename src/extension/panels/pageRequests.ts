import path from 'node:path';
import { ExplainError } from '../../explainers/errors.ts';
import { leadsOut } from '../../explainers/files/reach.ts';
import type { HostRequests } from '../../explainers/protocol/messages.ts';
import { type AskedBy, askedBy, factsOf, type RequestOf } from '../../explainers/protocol/requests.ts';
import { segmentFilesOf } from './segmentFiles.ts';
import {
  array,
  boolean,
  bytes,
  type Check,
  choice,
  dictionary,
  either,
  integer,
  name,
  nothing,
  number,
  object,
  optional,
  text,
} from './shapes.ts';

/** What a page may refer to: the content of its panel. */
export interface Shown {
  readonly images: readonly string[];
  /** Those found near the images, and those that the user chose. */
  readonly models: ReadonlySet<string>;
  /** Folders whose files may be opened and read: the workspace's, and those of the images and models. */
  readonly folders: readonly string[];
  /** Files elsewhere that the page knows about, such as annotation files that a card names. */
  readonly files: ReadonlySet<string>;
}

/** More classes at a time than a table shows. */
const CLASSES = 64;
const MAPS = 64;
/** Characters of the text of an input: a long report. */
const INPUT_TEXT = 100_000;

const value = either(number(), text(1000), boolean);
const parameters = dictionary(value, 64);
const index = integer(0, 1_000_000);
const threshold = either(
  object({
    kind: choice('otsu'),
    fill: optional(boolean),
  }),
  object({ kind: choice('fixed'), value: number(0, 1) }),
  object({ kind: choice('percentile'), value: number(0, 100) }),
);
const options = object({
  evidence: optional(choice('positive', 'absolute', 'signed')),
  tolerance: optional(number(0, 10_000)),
  threshold: optional(threshold),
});
/** Ids of maps that the explainer returned. */
const ids = array(name, MAPS);

const isNull: Check = (given) => (given === null ? given : nothing);
const box = object({ x: number(), y: number(), width: number(), height: number() });

/** The things that a page refers to by name. */
const SHOWN = { image: ({ images }: Shown) => one(images), model: ({ models }: Shown) => one(models) };
const none = () => ({});
/** Other classes that each is compared with. */
const compared = { against: optional(either(array(index, CLASSES), choice('rest'))) };
/** A method with its parameters. */
const run = { method: name, parameters: optional(parameters) };
const mapName = { ...run, ...compared, id: name, index, stoppedAt: optional(number(0, 1)) };
const explain = { ...run, ...compared, classes: array(index, CLASSES), seed: optional(integer(0, 2 ** 53 - 1)) };

type Passed = AskedBy<'page'>;
type Required<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];
/** Requests that are passed on and hold more than the names of shown things. */
type Demanding = {
  [K in Passed]: [Exclude<Required<RequestOf<K>>, keyof typeof SHOWN>] extends [never] ? never : K;
}[Passed];
type Own = Exclude<keyof HostRequests, Passed>;

/** Requests that may hold more than the names of shown things. */
type WithOptions = 'describe' | 'display';

/**
 * The permitted fields of each request of a page besides these: every field by name, with limits; other fields are
 * refused.
 */
const FIELDS: { readonly [K in Own | Demanding | WithOptions]: (shown: Shown) => Readonly<Record<string, Check>> } = {
  describe: () => ({ hash: optional(boolean) }),
  display: () => ({ show: optional(array(integer(1, 512), 3)) }),
  explain: () => explain,
  agreement: () => ({
    ...compared,
    maps: array(object(mapName), 32 * MAPS),
    options: optional(options),
    metrics: optional(array(name, 64)),
  }),
  assess: () => ({ ...explain, metrics: array(name, 64), maps: optional(ids) }),
  sourceShares: () => ({
    ...compared,
    classes: array(index, CLASSES),
    methods: optional(array(object({ id: name, parameters: optional(parameters) }), MAPS)),
    baselines: optional(dictionary(text(INPUT_TEXT), 256)),
    split: optional(boolean),
  }),
  withoutRegion: () => ({
    index,
    region: either(
      object({ kind: choice('box'), x: number(), y: number(), width: number(), height: number() }),
      object({ kind: choice('drawn') }),
      object({ kind: choice('mask'), map: object(mapName), options: optional(options) }),
      object({ kind: choice('superpixels'), map: object(mapName), count: integer(1, 10_000) }),
    ),
    hide: optional(name),
    alone: optional(boolean),
    controls: optional(integer(0, 100)),
  }),
  inputSweep: () => ({ name: text(1000), steps: optional(integer(1, 200)) }),
  compareMethods: () => ({
    ...compared,
    index,
    methods: array(object({ id: name, parameters: optional(parameters) }), MAPS),
    maps: optional(ids),
  }),
  ready: none,
  chooseModel: none,
  chooseOther: none,
  writeCard: (shown) => ({ model: SHOWN.model(shown) }),
  openFile: (shown) => ({ path: openable(shown), line: optional(integer(0, 2 ** 31 - 1)) }),
  openMethodPage: () => ({ method: name }),
  restartExplainer: none,
  grantTrust: none,
  saveFile: () => ({ name: text(1000), bytes: bytes(512 * 2 ** 20) }),
  copyText: () => ({ text: text(4_000_000) }),
  copyCommand: () => ({ args: array(text(5000), 2000) }),
  mayLeave: none,
  review: () => ({
    finding: object({ file: text(4096), key: text(4096) }, 'with more'),
    verdict: choice('right', 'wrong', 'unsure', 'open'),
    note: text(10_000),
  }),
  triage: () => ({ action: choice('right', 'wrong', 'unsure', 'next', 'previous', 'takeBack') }),
  fixLabel: () => ({
    finding: object({ file: text(4096), key: text(4096) }, 'with more'),
    change: either(
      object({ kind: choice('move'), box }),
      object({ kind: choice('add'), label: text(1000), box: either(box, isNull) }),
      isNull,
    ),
  }),
  drawn: () => ({ id: integer(0, 2 ** 31 - 1), box: either(box, isNull) }),
};

const PASSED = new Map(askedBy('page').map((method) => [method as string, factsOf(method).names ?? []]));
const MORE = new Map(Object.entries(FIELDS));

function fieldsOf(method: string, shown: Shown): Readonly<Record<string, Check>> {
  const named = (PASSED.get(method) ?? []).map((field) => [field, SHOWN[field](shown)]);
  // Of a model's further inputs; those that do not run the model ignore them.
  const values = named.length === 2 ? { inputs: optional(dictionary(text(INPUT_TEXT), 256)) } : {};
  return { ...Object.fromEntries(named), ...values, ...MORE.get(method)?.(shown) };
}

/** The same handlers, called only if `check` does not throw. */
export function guarded<H extends object>(handlers: H, check: (method: keyof H, params: unknown) => void): H {
  const entries = Object.entries(handlers).map(([method, handle]) => [
    method,
    (params: unknown, context: unknown) => {
      check(method as keyof H, params);
      return handle(params, context);
    },
  ]);
  return Object.fromEntries(entries) as H;
}

/**
 * Throws `usage` if a page requests something that its panel does not show, or in a form that its own code never sends;
 * and for a segment file that leads out of the panel's folders, which a person may have typed.
 */
export function checkRequest(method: keyof HostRequests, params: unknown, shown: Shown): void {
  if (object(fieldsOf(method, shown))(params) === nothing) {
    throw new ExplainError({
      kind: 'usage',
      message: `The panel requested something that it does not show, or in an unknown form ('${method}').`,
      subject: method,
      next: 'Close the panel and open it again.',
    });
  }
  const outside = segmentFilesOf(params).find((file) => leadsOut(file, shown.folders));
  if (outside === undefined) return;
  throw new ExplainError({
    kind: 'usage',
    message: 'The segment file leads out of the panel’s folders, so it is not read.',
    subject: outside,
    next: 'Copy it next to the model, or open its folder in VS Code too (Add Folder to Workspace).',
  });
}

/** One of the shown ones. */
function one(known: Iterable<string>): Check {
  const all = new Set(known);
  return (given) => (typeof given === 'string' && all.has(given) ? given : nothing);
}

function openable({ folders, files }: Shown): Check {
  return (given) =>
    typeof given === 'string' &&
    given.length <= 4096 &&
    path.isAbsolute(given) &&
    (files.has(given) || !leadsOut(given, folders))
      ? given
      : nothing;
}
