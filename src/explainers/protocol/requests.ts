import type { Session } from '../session.ts';

/** A panel's page, through the extension host; the extension host itself; the command line. */
export type Asker = 'page' | 'host' | 'cli';

export interface RequestFacts {
  /** Who may send it. */
  readonly by: readonly Asker[];
  /** It waits until the workspace is trusted. */
  readonly opensModel: boolean;
  /** For a page's requests: the fields that name what its panel shows. */
  readonly names?: readonly ('image' | 'model')[];
  /** How many replies the page keeps; absent: none. */
  readonly keep?: number;
}

/**
 * Every request to a process that holds a session. The session's method of that name answers it, and has its types. The
 * two processes, the relay, the page's replies and the tests' stand-ins are derived from this table.
 */
const REQUESTS = {
  describe: { by: ['page', 'cli'], names: ['model'], opensModel: true, keep: 4 },
  display: { by: ['page', 'cli'], names: ['image'], opensModel: false, keep: 6 },
  predict: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 500 },
  inputs: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 200 },
  annotations: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 500 },
  explain: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 400 },
  sourceShares: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 200 },
  withoutRegion: { by: ['page'], names: ['image', 'model'], opensModel: true, keep: 100 },
  inputSweep: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 100 },
  agreement: { by: ['page'], names: ['image', 'model'], opensModel: true, keep: 400 },
  agreements: { by: ['cli'], opensModel: true },
  assess: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 200 },
  compareMethods: { by: ['page', 'cli'], names: ['image', 'model'], opensModel: true, keep: 50 },
  evaluateImage: { by: ['cli'], opensModel: true },
  glance: { by: ['host'], opensModel: true },
  exportModel: { by: ['host', 'cli'], opensModel: true },
  inferredCard: { by: ['host', 'cli'], opensModel: true },
  lookAtInput: { by: ['host'], opensModel: true },
  tryInputs: { by: ['host'], opensModel: true },
  draftCard: { by: ['host'], opensModel: true },
  planImport: { by: ['host', 'cli'], opensModel: false },
  importModel: { by: ['host', 'cli'], opensModel: true },
  checkLabels: { by: ['host', 'cli'], opensModel: true },
  annotationsLeftOut: { by: ['host', 'cli'], opensModel: true },
  crops: { by: ['host'], opensModel: true },
  cropPicture: { by: ['host'], opensModel: false },
  imagesInside: { by: ['host'], opensModel: false },
  exportLabels: { by: ['host', 'cli'], opensModel: true },
  planFix: { by: ['host'], opensModel: true },
  modelFiles: { by: ['host'], opensModel: false },
  annotationFilesChanged: { by: ['host'], opensModel: false },
  review: { by: ['host'], opensModel: false },
  verdicts: { by: ['host'], opensModel: false },
  compile: { by: ['cli'], opensModel: true },
  resolve: { by: ['cli'], opensModel: true },
  annotationFiles: { by: ['cli'], opensModel: true },
  overlay: { by: ['cli'], opensModel: false },
  results: { by: ['host'], opensModel: false },
  resultRows: { by: ['host'], opensModel: false },
  resultSummary: { by: ['host'], opensModel: false },
  mapPicture: { by: ['host', 'cli'], opensModel: true },
  bestSuperpixels: { by: ['cli'], opensModel: false },
} as const satisfies Partial<Record<keyof Session, RequestFacts>>;

type Table = typeof REQUESTS;
export type RequestName = keyof Table;
export type AskedBy<A extends Asker> = {
  [K in RequestName]: A extends Table[K]['by'][number] ? K : never;
}[RequestName];
/** Requests whose replies the page keeps. */
export type KeptRequest = { [K in RequestName]: Table[K] extends { keep: number } ? K : never }[RequestName];

export type ExplainerRequests = Pick<Session, RequestName>;
export type RequestOf<K extends RequestName> = Parameters<Session[K]>[0];
export type ReplyOf<K extends RequestName> = Awaited<ReturnType<Session[K]>>;

export const REQUEST_NAMES = Object.keys(REQUESTS) as readonly RequestName[];

export function askedBy<A extends Asker>(asker: A): readonly AskedBy<A>[] {
  return REQUEST_NAMES.filter((name) =>
    factsOf(name).by.includes(asker),
  ) as readonly RequestName[] as readonly AskedBy<A>[];
}

export function factsOf(name: RequestName): RequestFacts {
  return REQUESTS[name];
}
