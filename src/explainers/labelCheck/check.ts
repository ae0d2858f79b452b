import path from 'node:path';
import { labelMatcher } from '../annotations/match/labels.ts';
import type { Call } from '../contracts/call.ts';
import type { ModelCard } from '../contracts/card.ts';
import type { CheckRequest, CheckResult, Finding, FindingKind, ImageAnnotations } from '../contracts/results.ts';
import { ExplainError, errorReport, throwIfCancelled } from '../errors.ts';
import { errorText } from '../errorText.ts';
import { fileStamp } from '../files/fileStamp.ts';
import { inOrder } from '../inOrder.ts';
import { alikeImages } from './alike.ts';
import type { AnnotationFiles } from './annotationFiles.ts';
import type { CheckedImage } from './checkedImage.ts';
import { expandImages, imagesNamed } from './findImages.ts';
import { Journal } from './journal.ts';
import { kinds } from './kinds.ts';
import { type Observation, regionsOf } from './observation.ts';
import { tooSure } from './predictions/tooSure.ts';
import { rankFindings, withVerdicts } from './rank.ts';
import { Rate } from './rate.ts';
import { SharedStates } from './sharedStates.ts';
import { summaryOf } from './summary.ts';

/** The classes whose evidence is needed, given the scores and the image's ids. */
export type MapsOf = (scores: Float32Array, ids: Observation['ids']) => readonly number[];

/** What the check needs from the rest of the core. */
export interface CheckTools {
  readonly card: Pick<ModelCard, 'labels' | 'aliases' | 'task' | 'thresholds'>;
  readonly modelSha256: string;
  /** How evidence is computed: part of the journal's key, and shown to people. */
  readonly evidence: { readonly method: string | null; readonly key: string; readonly notes: readonly string[] };
  readonly files: AnnotationFiles;
  /** Differs for other values of the model's further inputs; '' if it has none. Throws `image` if one is missing. */
  inputsKey(image: string): Promise<string>;
  /** How many images are worked on at the same time; default {@link AT_ONCE}. */
  readonly atOnce?: number;
  /** Runs the model on the image; `mapsOf` returns the classes whose evidence is needed. */
  observe(image: string, mapsOf: MapsOf): Promise<Observation>;
}

/** Models with more classes get maps only of the best few and of the labelled ones. */
const MAPS_OF_ALL = 32;
const MAPS_OF_BEST = 5;
/** Labels that are named of those that match no class. */
const LISTED = 5;
/** If every image of a set has a label that matches no class, the first problems are enough. */
const MAX_PROBLEMS = 200;
/** Images in work: while the model runs on one, the next are read and decoded. */
const AT_ONCE = 3;
/** The pause between two rankings of the findings so far, in milliseconds and as a multiple of the time for one. */
const PAUSE = 1000;
const SHARE = 50;

/**
 * Checks the labels of many images. Throws `usage`, `cancelled`; problems of a single image or file are in the result.
 */
export async function checkLabels(request: CheckRequest, tools: CheckTools, call: Call): Promise<CheckResult> {
  const { card, files, modelSha256, evidence } = tools;
  const { signal } = call;
  const found = await imagesToCheck(request, tools, signal);
  const leftOut = new Set(request.leaveOut);
  const wanted = found.images.filter((image) => !leftOut.has(image));
  const images: CheckedImage[] = [];
  const skipped = [...found.skipped];
  const problems = new Set([...files.problems, ...unmatchedLabels(files, card)]);
  const run = new Reports(wanted.length, call, () => withVerdicts(rank(images, request, card)));
  const journal = request.journal
    ? await Journal.open(request.journal, { modelSha256, how: evidence.key, classes: card.labels.length })
    : null;
  const shared = new SharedStates();
  let [resumed, unlisted] = [0, 0];
  try {
    const check = async (place: number) => {
      const image = wanted[place]!;
      throwIfCancelled(signal);
      await run.at(place, image, resumed);
      return checkImage(image, tools, journal, shared, signal).catch((thrown: unknown) => skippedFor(image, thrown));
    };
    for await (const one of inOrder(wanted.length, request.oneByOne ? 1 : (tools.atOnce ?? AT_ONCE), check, signal)) {
      if ('reason' in one) {
        skipped.push(one);
        continue;
      }
      if (one.resumed) resumed++;
      else await journal?.add(one.checked.path, one.stamp, one.said);
      for (const problem of one.annotations.problems) if (problems.size < MAX_PROBLEMS) problems.add(problem);
      if (one.listed) images.push(one.checked);
      else unlisted++;
    }
  } finally {
    await journal?.close();
  }
  return {
    findings: await withVerdicts(rank(images, request, card)),
    images: images.length,
    resumed,
    skipped,
    alike: alikeImages(images, card.labels),
    summary: summaryOf(images, card.labels),
    problems: [...problems].map(errorText),
    definitions: Object.fromEntries(Object.values(kinds).map(({ id, definition }) => [id, definition])) as Record<
      FindingKind,
      string
    >,
    notes: [
      ...[tooSure(images)].filter((warning) => warning !== null),
      ...evidence.notes,
      ...(unlisted > 0 ? [`${unlisted} image${unlisted > 1 ? 's are' : ' is'} in no annotation file.`] : []),
    ],
    modelSha256,
    settings: { method: evidence.method, seed: request.seed ?? 0 },
  };
}

function rank(
  images: readonly CheckedImage[],
  { kinds: wanted }: CheckRequest,
  card: CheckTools['card'],
): readonly Finding[] {
  return rankFindings(images, card, wanted).map(({ finding }) => finding);
}

interface ImagesToCheck {
  readonly images: readonly string[];
  readonly skipped: CheckResult['skipped'];
}

async function imagesToCheck(
  { images, root }: CheckRequest,
  { files }: CheckTools,
  signal: AbortSignal | undefined,
): Promise<ImagesToCheck> {
  if (images) {
    const expanded = await expandImages(images, signal);
    if (expanded.length === 0) throw noImages(images);
    return { images: expanded, skipped: [] };
  }
  if (!files.named) {
    throw new ExplainError({
      kind: 'usage',
      message: 'There are no annotation files and no images, so it is unknown which labels to check.',
      subject: 'annotations',
      next: 'Name annotation files, or images with annotation files around them; or list them under "annotations" in the model card.',
    });
  }
  const found = await imagesNamed(files.named, root, signal);
  const reason = 'The annotation file names this image, but no image of that name is in its folder or those around it.';
  return { images: found.images, skipped: found.missing.map((image) => ({ image, reason })) };
}

function noImages(places: readonly string[]): ExplainError {
  const [first, ...more] = places;
  return new ExplainError({
    kind: 'usage',
    message: `There are no images to check in ${first}${more.length > 0 ? ` and ${more.length} more` : ''}.`,
    subject: first,
    next: 'Name images, or folders of them.',
  });
}

interface CheckedOne {
  readonly checked: CheckedImage;
  readonly said: Observation;
  /** The image's state on disk when it was observed. */
  readonly stamp: string;
  readonly annotations: ImageAnnotations;
  /** A file lists the image. */
  readonly listed: boolean;
  readonly resumed: boolean;
}

async function checkImage(
  image: string,
  { card, files, observe, evidence, inputsKey }: CheckTools,
  journal: Journal | null,
  shared: SharedStates,
  signal: AbortSignal | undefined,
): Promise<CheckedOne> {
  const stamp = [await fileStamp(image), await inputsKey(image)].filter(Boolean).join(' ');
  const saved = (await journal?.get(image, stamp)) ?? null;
  const makes = evidence.method !== null && files.draws;
  let said = saved ?? (await observe(image, (scores) => (makes ? mapsOf(scores, []) : [])));
  const annotations = await files.of(
    { path: image, ids: said.ids, size: said.geometry.image, labels: card.labels, aliases: card.aliases },
    signal,
  );
  const wanted = makes ? mapsOf(said.scores, annotations.annotations) : [];
  const lacking = wanted.filter((index) => !said.maps.has(index));
  if (lacking.length > 0) {
    const more = await observe(image, () => lacking);
    said = { ...said, maps: new Map([...said.maps, ...more.maps]) };
  }
  const resumed = said === saved;
  const { predicted, scores } = judged(card, said.scores);
  const { states, absentIn = [] } = annotations;
  const checked: CheckedImage = {
    path: image,
    exclusive: card.task === 'multi-class',
    scores,
    predicted,
    states: shared.states(states),
    annotations: annotations.annotations,
    absentIn: absentIn.map(({ file, line, classes }) => ({ file, line, classes: shared.classes(classes) })),
    regions: regionsOf(said, annotations.annotations),
    ...(said.look && { look: said.look }),
  };
  const listed = annotations.annotations.length > 0 || Object.keys(states).length > 0;
  return { checked, said, stamp, annotations, listed, resumed };
}

/** Why an image is left out. Throws errors that are not due to the image. */
function skippedFor(image: string, thrown: unknown): CheckResult['skipped'][number] {
  const { kind, message, next } = errorReport(thrown);
  if (kind !== 'image' && kind !== 'memory') throw thrown;
  return { image, reason: [message, next].filter(Boolean).join(' ') };
}

/**
 * The classes whose evidence is kept: all, or the best ones and the drawn ones. If any is drawn, all images get maps,
 * so that later edits find them.
 */
function mapsOf(scores: Float32Array, annotations: ImageAnnotations['annotations']): readonly number[] {
  if (scores.length <= MAPS_OF_ALL) return [...scores.keys()];
  const best = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, MAPS_OF_BEST);
  const drawn = annotations.flatMap(({ index, shape }) => (shape && index !== null ? [index] : []));
  return [...new Set([...best, ...drawn])].sort((a, b) => a - b);
}

/** Scores as probabilities, and which classes count as predicted. */
function judged(card: CheckTools['card'], scores: Float32Array): Pick<CheckedImage, 'scores' | 'predicted'> {
  const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
  const predicted = (index: number) =>
    card.task === 'multi-label' ? scores[index]! >= card.thresholds[index]! : index === best;
  if (scores.every((score) => score >= 0 && score <= 1)) return { scores, predicted };
  // A model without an activation has logits as scores.
  if (card.task === 'multi-label') return { scores: scores.map((x) => 1 / (1 + Math.exp(-x))), predicted };
  const exps = scores.map((x) => Math.exp(x - scores[best]!));
  const total = exps.reduce((sum, x) => sum + x, 0);
  return { scores: exps.map((x) => x / total), predicted };
}

/** Reports the progress of the run to the caller, and from time to time the findings so far. */
class Reports {
  readonly #count: number;
  readonly #call: Call;
  readonly #findings: () => Promise<readonly Finding[]>;
  #next = performance.now() + PAUSE;
  readonly #rate = new Rate();
  #last = Promise.resolve();

  constructor(count: number, call: Call, findings: () => Promise<readonly Finding[]>) {
    this.#count = count;
    this.#call = call;
    this.#findings = findings;
  }

  /** One after the other, although several images are in work. */
  at(place: number, image: string, resumed: number): Promise<void> {
    this.#last = this.#last.then(() => this.#report(place, image, resumed));
    return this.#last;
  }

  async #report(place: number, image: string, resumed: number): Promise<void> {
    const start = performance.now();
    const pace = this.#rate.at(start, place - resumed, this.#count - place);
    const findings = this.#call.onProgress && place > 0 && start >= this.#next ? await this.#findings() : undefined;
    if (findings) this.#next = performance.now() + Math.max(PAUSE, SHARE * (performance.now() - start));
    this.#call.onProgress?.({
      stage: 'check',
      message: `Checking ${path.basename(image)}, ${place + 1} of ${this.#count}${pace}`,
      fraction: place / this.#count,
      image,
      ...(findings && { findings }),
    });
  }
}

/** Labels of the files that match no class: what they say is not checked. */
function unmatchedLabels({ mentioned }: AnnotationFiles, { labels, aliases }: CheckTools['card']): readonly string[] {
  const matcher = labelMatcher(labels, aliases);
  const of = [...mentioned].map(([path, all]) => [path, all.filter((label) => matcher.index(label) === null)] as const);
  const some = of.filter(([, unmatched]) => unmatched.length > 0);
  const all = [...new Set(some.flatMap(([, unmatched]) => unmatched))];
  if (all.length === 0) return [];
  const named = all.slice(0, LISTED).map((label) => JSON.stringify(label));
  const where = some.length === 1 ? some[0]![0] : `${some.length} annotation files`;
  return [`${where}: labels that match no class of the model: ${named.join(', ')}${all.length > LISTED ? ', …' : ''}`];
}
