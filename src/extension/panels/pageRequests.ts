import path from 'node:path';
import { ExplainError } from '../../explainers/errors.ts';
import type { HostRequests } from '../../explainers/protocol/messages.ts';
import { isWithin } from '../models/models.ts';
import {
  array,
  boolean,
  type Check,
  choice,
  dictionary,
  either,
  floats,
  integer,
  name,
  nothing,
  number,
  object,
  optional,
  text,
} from './shapes.ts';

/** What a page may speak of: what its panel shows. */
export interface Shown {
  readonly images: readonly string[];
  /** Those found near the images, and those that the user chose. */
  readonly models: ReadonlySet<string>;
  /** Folders whose files may be opened and read: the workspace's, and those of the images and models. */
  readonly folders: readonly string[];
  /** Files elsewhere that the page was told of: annotation files that a card names, say. */
  readonly files: ReadonlySet<string>;
}

/** More classes at a time than a table shows. */
const CLASSES = 64;
/** Of a model's input, as many as any model takes. */
const PIXELS = 2 ** 24;
const MAPS = 64;

const value = either(number(), text(1000), boolean);
const parameters = dictionary(value, 64);
const index = integer(0, 1_000_000);
const size = array(integer(1, 2 ** 20), 2, 2);
const geometry = object({
  image: size,
  input: size,
  scale: array(number(1e-9, 1e9), 2, 2),
  offset: array(number(), 2, 2),
});
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
/** What the explainer gave and gets back; its values are as many as its size says. */
const shaped = object(
  { method: name, index, size, values: floats(PIXELS), geometry, signed: boolean, notes: array(text(5000), 100) },
  'with more',
);
const map: Check = (given) => {
  if (shaped(given) === nothing) return nothing;
  const {
    size: [height, width],
    values,
  } = given as { size: [number, number]; values: Float32Array };
  return values.length === height * width ? given : nothing;
};

type Checks = { readonly [K in keyof HostRequests]: (shown: Shown) => Check };

const pair = (shown: Shown) => ({ image: one(shown.images), model: one(shown.models) });
const none = () => object({});
const explain = (shown: Shown) => ({
  ...pair(shown),
  method: name,
  parameters: optional(within(parameters, shown)),
  classes: array(index, CLASSES),
  seed: optional(integer(0, 2 ** 53 - 1)),
});

/** What each request of a page may hold: every field by name, with bounds; a field that is not named is refused. */
const CHECKS: Checks = {
  ready: none,
  describe: (shown) => object({ model: pair(shown).model }),
  display: (shown) => object({ image: pair(shown).image }),
  predict: (shown) => object(pair(shown)),
  annotations: (shown) => object(pair(shown)),
  explain: (shown) => object(explain(shown)),
  agreement: (shown) =>
    object({
      ...pair(shown),
      maps: array(map, 32 * MAPS),
      options: optional(options),
      metrics: optional(array(name, 64)),
    }),
  assess: (shown) => object({ ...explain(shown), metrics: array(name, 64), maps: optional(array(map, MAPS)) }),
  compareMethods: (shown) =>
    object({
      ...pair(shown),
      index,
      methods: array(object({ id: name, parameters: optional(within(parameters, shown)) }), MAPS),
      maps: optional(array(map, MAPS)),
    }),
  assessments: none,
  comparisons: none,
  metrics: none,
  presets: none,
  inferredCard: (shown) => object({ model: pair(shown).model }),
  chooseModel: none,
  writeCard: (shown) => object({ model: pair(shown).model }),
  openFile: (shown) => object({ path: openable(shown), line: optional(integer(0, 2 ** 31 - 1)) }),
  openMethodPage: () => object({ method: name }),
  restartExplainer: none,
  grantTrust: none,
  review: () =>
    object({
      finding: object({ file: text(4096), key: text(4096) }, 'with more'),
      verdict: choice('right', 'wrong'),
      note: text(10_000),
    }),
};

/** The same handlers, which nothing reaches that `check` throws at. */
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

/** Throws `usage` where a page asks for what its panel does not show, or in a form that its own code never sends. */
export function checkRequest(method: keyof HostRequests, params: unknown, shown: Shown): void {
  if (CHECKS[method](shown)(params) !== nothing) return;
  throw new ExplainError({
    kind: 'usage',
    message: `The panel asked for something that it does not show, or in a form that is not known ('${method}').`,
    subject: method,
    next: 'Close the panel and open it again.',
  });
}

/** One of those that are shown. */
function one(known: Iterable<string>): Check {
  const all = new Set(known);
  return (given) => (typeof given === 'string' && all.has(given) ? given : nothing);
}

function openable({ folders, files }: Shown): Check {
  return (given) =>
    typeof given === 'string' &&
    given.length <= 4096 &&
    path.isAbsolute(given) &&
    (files.has(given) || reached(given, folders))
      ? given
      : nothing;
}

const reached = (file: string, folders: readonly string[]) => folders.some((folder) => isWithin(file, folder));

/** Parameters of which none names a segment file elsewhere than in the folders shown; a relative one is seen from the model. */
function within(check: Check, shown: Shown): Check {
  const outside = (given: unknown) =>
    typeof given === 'string' &&
    /\.(npy|png)\s*$/i.test(given) &&
    ![...shown.models].some((model) => reached(path.resolve(path.dirname(model), given.trim()), shown.folders));
  return (given) => {
    const checked = check(given);
    if (checked === nothing) return nothing;
    return Object.values(checked as Record<string, unknown>).some(outside) ? nothing : checked;
  };
}
