import type { Call } from '../contracts/call.ts';
import type { ModelCard } from '../contracts/card.ts';
import { chooseClasses } from '../contracts/classChoice.ts';
import type {
  AgreementCell,
  AssessmentCell,
  EvaluatedImage,
  EvaluateRequest,
  ImageScores,
  MethodPair,
  ResultFailure,
  ResultRow,
  ResultState,
  ResultSubset,
} from '../contracts/evaluation.ts';
import { STATE_LETTERS } from '../contracts/evaluation.ts';
import { toImageGrid } from '../contracts/geometry.ts';
import { isThere } from '../contracts/labels/annotations.ts';
import type {
  Agreement,
  AgreementOptions,
  AnnotationRequest,
  Assessment,
  AssessRequest,
  CompareRequest,
  ExplainRequest,
  Explanation,
  Heatmap,
  ImageAnnotations,
  ImageRequest,
  MethodComparison,
  Prediction,
} from '../contracts/results.ts';
import { errorReport } from '../errors.ts';
import { append } from '../lists.ts';
import { coverage } from '../metrics/coverage.ts';
import { metrics } from '../metrics/metrics.ts';
import { setOwn } from '../tables.ts';
import { writeNpy } from '../tensor/npy.ts';
import { writeNpz } from '../tensor/npz.ts';
import { float32 } from '../tensor/tensor.ts';
import { optionsOf } from './agreementOptions.ts';

/** Why a class without a drawn region has no agreement. */
const NOTHING_DRAWN: Readonly<Record<ResultState, string>> = {
  drawn: 'it was not compared',
  present: 'the class is present, but nothing is drawn for it',
  absent: 'the annotation says that the class is absent',
  uncertain: 'the annotation says that the class is uncertain',
  unknown: 'no annotation file says anything about this class in the image',
};
const NO_MAP = 'there is no map';

/** What is asked of the session, once or for each method. */
interface Asked {
  predict(request: ImageRequest, call: Call): Promise<Prediction>;
  annotations(request: AnnotationRequest, call: Call): Promise<ImageAnnotations>;
  explain(request: ExplainRequest & Pick<AnnotationRequest, 'sources'>, call: Call): Promise<Explanation>;
  assess(request: AssessRequest, call: Call): Promise<readonly Assessment[]>;
  compareMethods(request: CompareRequest, call: Call): Promise<MethodComparison>;
}

/** What one method gave for an image. */
interface Made {
  readonly method: string;
  readonly options: AgreementOptions;
  readonly maps: readonly Heatmap[];
  readonly agreement: readonly Agreement[];
  readonly assessment: readonly Assessment[];
  /** Why classes have no map; the key −1 is for all of them. */
  readonly errors: ReadonlyMap<number, string>;
}

/**
 * Everything that an evaluation says about one image. A method that cannot explain it gives rows without numbers.
 * Throws `image`, and what is wrong with the request, the model or the engine.
 */
export async function evaluateImage(
  session: Asked,
  card: Pick<ModelCard, 'task'>,
  request: EvaluateRequest,
  call: Call,
): Promise<EvaluatedImage> {
  const timings: Record<string, number> = {};
  const timed = async <T>(stage: string, run: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await run();
    } finally {
      setOwn(timings, stage, Math.round((performance.now() - start) * 10) / 10);
    }
  };
  const asked = imageOf(request);
  const prediction = await timed('predict', () => session.predict(asked, call));
  const annotations = await timed('annotations', () => session.annotations(asked, call));
  const classes = [...chooseClasses(request.classes, card, prediction, annotations)].sort((a, b) => a - b);
  const made: Made[] = [];
  const failures: ResultFailure[] = [];
  for (const each of [...request.methods].sort((a, b) => (a.id < b.id ? -1 : 1)))
    made.push(await timed(each.id, () => explained(session, request, each, classes, failures, call)));
  const pairs = await timed('compare', () => compared(session, request, made, classes, call));
  return {
    scores: scoresOf(request.name, prediction, annotations),
    rows: classes.flatMap((index) => made.map((one) => rowOf(request.name, index, one, prediction, annotations))),
    pairs,
    failures,
    timings,
    maps: request.maps ? archiveOf(made) : null,
  };
}

function imageOf({ image, model, inputs, sources }: EvaluateRequest): AnnotationRequest {
  return { image, model, ...(inputs && { inputs }), ...(sources && { sources }) };
}

async function explained(
  session: Asked,
  request: EvaluateRequest,
  { id: method, parameters, agreement: options }: EvaluateRequest['methods'][number],
  classes: readonly number[],
  failures: ResultFailure[],
  call: Call,
): Promise<Made> {
  const { name, seed, assess } = request;
  const errors = new Map<number, string>();
  const fail = (index: number | null, thrown: unknown) => {
    const error = errorReport(thrown);
    if (error.kind === 'cancelled' || error.kind === 'usage') throw thrown;
    failures.push({ image: name, method, index, error });
    errors.set(index ?? -1, error.message);
  };
  const one = { ...imageOf(request), method, parameters, classes, seed, agreement: options };
  let explanation: Explanation = { maps: [], agreement: [] };
  try {
    explanation = await session.explain(one, call);
  } catch (thrown) {
    fail(null, thrown);
  }
  const { maps, agreement } = explanation;
  for (const { index, error } of explanation.failures ?? []) {
    failures.push({ image: name, method, index, error });
    errors.set(index, error.message);
  }
  const assessment: Assessment[] = [];
  if (assess.length > 0 && maps.length > 0) {
    const metricParameters = Object.fromEntries(assess.map(({ id, parameters: own }) => [id, own]));
    const known = { metrics: assess.map(({ id }) => id), metricParameters, maps: maps.map(({ id }) => id) };
    append(assessment, await session.assess({ ...one, ...known, classes: maps.map(({ index }) => index) }, call));
  }
  return { method, options, maps, agreement, assessment, errors };
}

async function compared(
  session: Asked,
  request: EvaluateRequest,
  made: readonly Made[],
  classes: readonly number[],
  call: Call,
): Promise<readonly MethodPair[]> {
  if (!request.compare) return [];
  const pairs: MethodPair[] = [];
  const maps = made.flatMap((one) => one.maps);
  const ids = new Set(made.map(({ method }) => method));
  const methods = request.methods.filter(({ id }) => ids.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const index of classes) {
    const label = maps.find((map) => map.index === index)?.label;
    if (label === undefined) continue;
    const found = await session.compareMethods(
      { ...imageOf(request), index, methods, seed: request.seed, maps: maps.map(({ id }) => id) },
      call,
    );
    const reason = [...new Set(found.metrics.flatMap((each) => each.reason ?? []))].join('; ') || null;
    for (const [i, method] of found.methods.entries())
      for (const [k, other] of found.methods.entries()) {
        if (k <= i) continue;
        const values = Object.fromEntries(found.metrics.map((each) => [each.metric, each.values[i]![k]!]));
        const isWhole = Object.values(values).every((value) => value !== null);
        pairs.push({ image: request.name, index, label, method, other, values, reason: isWhole ? null : reason });
      }
  }
  return pairs;
}

function rowOf(
  image: string,
  index: number,
  made: Made,
  { scores }: Prediction,
  { states, readers = [] }: ImageAnnotations,
): ResultRow {
  const { label, logit, score, predicted } = scores[index]!;
  const state = states[index] ?? 'unknown';
  const map = made.maps.find((each) => each.index === index);
  const several = readers.find((each) => each.index === index);
  return {
    image,
    index,
    label,
    logit,
    score,
    predicted,
    state,
    subset: subsetOf(states),
    method: made.method,
    agreement: agreementOf(made, index, map, state, score),
    assessment: assessmentOf(made, index),
    readers: several ? { count: several.readers.length, drew: several.drew, iou: several.iou } : null,
    error: map ? null : (made.errors.get(index) ?? made.errors.get(-1) ?? NO_MAP),
  };
}

function subsetOf(states: ImageAnnotations['states']): ResultSubset {
  const positives = Object.values(states).filter(isThere).length;
  return positives === 0 ? null : positives === 1 ? 'single' : 'several';
}

function agreementOf(
  { agreement, options }: Made,
  index: number,
  map: Heatmap | undefined,
  state: ResultState,
  score: number,
): Readonly<Record<string, AgreementCell>> {
  const own = agreement.filter((each) => each.index === index);
  const cells = metrics.map(({ id }): [string, AgreementCell] => {
    const found = own.find(({ metric }) => metric === id);
    if (!found && map && id === coverage.id) return [id, coverageOf(map, optionsOf(index, options), score)];
    const { value = null, reason = null, baselines } = found ?? { reason: map ? NOTHING_DRAWN[state] : NO_MAP };
    return [id, { value, reason, whole: baselines?.wholeImage ?? null, random: baselines?.random ?? null }];
  });
  return Object.fromEntries(cells);
}

/** Coverage needs no annotation. */
function coverageOf(map: Heatmap, options: AgreementOptions, score: number): AgreementCell {
  const { image } = map.geometry;
  const input = {
    map: float32(image, toImageGrid(map.values, map.geometry)),
    mask: { dtype: 'uint8', shape: image, data: new Uint8Array(image[0] * image[1]) },
    silent: score < (options.cutoff ?? 0),
  } as const;
  const { value, reason = null } = coverage.compute(input, options);
  return { value, reason, whole: coverage.wholeImage(input, options), random: coverage.random(input, options) };
}

function assessmentOf({ assessment }: Made, index: number): Readonly<Record<string, AssessmentCell>> {
  const own = assessment.filter((each) => each.index === index);
  return Object.fromEntries(
    own.map(({ metric, value, reason = null, moved = null }) => [metric, { value, reason, moved }]),
  );
}

function scoresOf(image: string, { scores, geometry }: Prediction, { states }: ImageAnnotations): ImageScores {
  return {
    image,
    height: geometry.image[0],
    width: geometry.image[1],
    scores: scores.map(({ score }) => score),
    states: scores.map(({ index }) => STATE_LETTERS[states[index] ?? 'unknown']).join(''),
  };
}

/** Named METHOD.CLASS, in the order of the rows. */
function archiveOf(made: readonly Made[]): Uint8Array {
  const members = made.flatMap(({ method, maps }) =>
    [...maps]
      .sort((a, b) => a.index - b.index)
      .map(({ index, size, values }) => ({ name: `${method}.${index}`, npy: writeNpy(float32(size, values)) })),
  );
  return writeNpz(members);
}
