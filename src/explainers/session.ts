import path from 'node:path';
import { AnnotationStore } from './annotations/store.ts';
import type { Call } from './contracts/call.ts';
import type { Catalogue } from './contracts/catalogue.ts';
import { DEVICES, type Device } from './contracts/device.ts';
import { toImageGrid } from './contracts/geometry.ts';
import type { AnyParameters } from './contracts/parameters.ts';
import type {
  Agreement,
  AgreementOptions,
  AgreementRequest,
  AnnotationFiles,
  AnnotationRequest,
  Assessment,
  AssessRequest,
  CheckRequest,
  CheckResult,
  CompareRequest,
  DisplayImage,
  ExplainRequest,
  Explanation,
  Heatmap,
  ImageAnnotations,
  ImageRequest,
  Measurement,
  MeasurementSummary,
  MethodComparison,
  ModelDescription,
  Prediction,
  ReviewRequest,
  Verdict,
} from './contracts/results.ts';
import { ENGINES, type EngineId } from './engines/openEngine.ts';
import { ExplainError, errorReport, throwIfCancelled } from './errors.ts';
import { Reach } from './files/reach.ts';
import { displayImage } from './images/display.ts';
import { methods } from './methods/methods.ts';
import { cardText } from './models/writeCard.ts';
import { appendVerdict, readVerdicts } from './reviews/reviewFile.ts';
import { agreementOf, type Comparison } from './session/agreement.ts';
import { needsScores, READERS } from './session/agreementOptions.ts';
import { assessMaps, resolveAssessment } from './session/assess.ts';
import { CATALOGUE } from './session/catalogue.ts';
import { checkWith } from './session/checkLabels.ts';
import { compareMethods } from './session/compare.ts';
import { describeModel } from './session/describe.ts';
import { type Explained, explainClasses, resolveRun } from './session/explainImage.ts';
import { ComparedMaps } from './session/maps/comparedMaps.ts';
import { KeptMaps } from './session/maps/keptMaps.ts';
import { LastAnnotations, type ReadAnnotations } from './session/maps/lastAnnotations.ts';
import { namedMaps, type WholeMaps, wholeMaps } from './session/maps/namedMaps.ts';
import { compileScores } from './session/modelScores.ts';
import { type OpenImage, OpenImages } from './session/openImages.ts';
import { type OpenModel, OpenModels } from './session/openModels.ts';
import type { SessionOptions } from './session/options.ts';
import { bestPng, overlayPng } from './session/overlay.ts';
import { predictImage } from './session/predictImage.ts';
import { sourcesOf } from './session/sources.ts';
import { BOOTSTRAP } from './statistics/bootstrap.ts';
import { summaries } from './statistics/summaries.ts';

/**
 * The door to the core: plain data in and out. Paths are absolute; `model` is a model card or a model file. Models,
 * compiled graphs, images and annotation files are kept for the next request, and read again when they change on disk.
 *
 * @example const session = new Session(); const { scores } = await session.predict({ image, model }); const { maps,
 * agreement } = await session.explain({ image, model, method: 'gradCam', classes: [scores[0].index] });
 */
export class Session {
  static readonly engines: readonly EngineId[] = ENGINES;
  static readonly devices: readonly Device[] = DEVICES;
  static readonly readerRules = READERS;

  readonly #models: OpenModels;
  readonly #images = new OpenImages();
  readonly #maps: KeptMaps;
  readonly #compared: ComparedMaps;
  readonly #annotated = new LastAnnotations();
  readonly #annotations: AnnotationStore;
  readonly #reach: Reach;

  constructor(options: SessionOptions = {}) {
    this.#reach = new Reach(options);
    this.#models = new OpenModels(options, this.#reach);
    const { keptMaps = KEPT_MAPS } = options;
    this.#maps = new KeptMaps(keptMaps);
    this.#compared = new ComparedMaps(keptMaps);
    this.#annotations = new AnnotationStore({
      reach: this.#reach,
      ...(options.workspace && { workspace: options.workspace }),
      ...(options.onAnnotationsFound && { found: options.onAnnotationsFound }),
    });
  }

  /**
   * A description of the model, its input and output, and which methods can explain it. Throws `card`, `model`,
   * `unsupported`, `engine`.
   */
  async describe(
    request: { readonly model: string; readonly hash?: boolean },
    call: Call = {},
  ): Promise<ModelDescription> {
    return describeModel(await this.#open(request.model, call), request.hash ?? false);
  }

  /** Makes sure that the engine can run the model, so that later failures are due to the image. */
  async compile(request: { readonly model: string }, call: Call = {}): Promise<void> {
    const open = await this.#open(request.model, call);
    open.checkMemory();
    await compileScores(open);
  }

  /** The image for a browser to draw. Throws `image`. */
  async display(request: { readonly image: string }, call: Call = {}): Promise<DisplayImage> {
    throwIfCancelled(call.signal);
    const { source, image } = await this.#images.open(request.image);
    return displayImage(source, image);
  }

  /** The class scores. Throws `image` and what {@link describe} throws. */
  async predict(request: ImageRequest, call: Call = {}): Promise<Prediction> {
    const opening = this.#open(request.model, call);
    // The image is decoded while the model is read and compiled.
    opening.then(compileScores).catch(() => {});
    const [open, image] = await both(opening, this.#images.open(request.image));
    return predictImage(open, image, this.#images, call);
  }

  /**
   * The files that a model depends on, as far as they are known; all of them once {@link describe} has answered or
   * failed.
   */
  async modelFiles(request: { readonly model: string }): Promise<{ readonly files: readonly string[] }> {
    return { files: this.#models.filesOf(request.model) };
  }

  /**
   * The annotations of the image from the sources; else from the card's files; else from those around the image; else
   * from the workspace's.
   */
  async annotations(request: AnnotationRequest, call: Call = {}): Promise<ImageAnnotations> {
    const [open, image] = await this.#opened(request, call);
    return (await this.#lookUp(open, image, request, call)).annotations;
  }

  /**
   * The content of annotation files, and its parts that match nothing: labels that are no class of the model, images
   * that are nowhere near. The files are the sources', else the card's. `images`: paths of images that they may
   * mention, besides those near the files.
   */
  async annotationFiles(
    request: Pick<AnnotationRequest, 'model' | 'sources'> & { readonly images?: readonly string[] },
    call: Call = {},
  ): Promise<AnnotationFiles> {
    const { card } = await this.#open(request.model, call);
    const { labels, aliases } = card;
    const sources = sourcesOf(request.sources, card, this.#reach);
    return this.#annotations.survey({ sources, labels, aliases, images: request.images ?? [] }, call.signal);
  }

  /**
   * Files were written, created or removed; returns those that may change the result of {@link annotations} for an
   * image.
   */
  async annotationFilesChanged(request: {
    readonly paths: readonly string[];
  }): Promise<{ readonly paths: readonly string[] }> {
    const paths: string[] = [];
    for (const path of request.paths) if (await this.#annotations.changed(path)) paths.push(path);
    this.#annotated.clear();
    return { paths };
  }

  /** Heatmaps of some classes by one method, and how well they agree with the drawn regions of these classes. */
  async explain(
    request: ExplainRequest & { readonly sources?: AnnotationRequest['sources'] },
    call: Call = {},
  ): Promise<Explanation> {
    const [open, image] = await this.#opened(request, call);
    const sent = (maps: readonly Heatmap[]) => (request.channels ? maps : maps.map(withoutChannels));
    const { maps, failures } = await this.#explained(open, image, request, {
      ...call,
      onProgress: (progress) =>
        call.onProgress?.(progress.maps ? { ...progress, maps: sent(progress.maps) } : progress),
    });
    if (maps.length === 0 && failures[0]) throw failures[0].error;
    if (maps.length === 0) return { maps, agreement: [] };
    call.onProgress?.({ stage: 'agree', message: 'Comparing with the annotations', fraction: null });
    const found = await this.#lookUp(open, image, request, call);
    const [agreement] = await this.#agreements(maps, found, { ...request, options: [request.agreement ?? {}] }, call);
    return {
      maps: sent(maps),
      ...(failures.length > 0 && {
        failures: failures.map(({ index, error }) => ({ index, error: errorReport(error) })),
      }),
      agreement: agreement!,
    };
  }

  /**
   * How well maps from {@link explain} agree with the drawn regions of their classes, with other options. The
   * annotations are those that were looked up last for this image, unless their files have changed.
   */
  async agreement(request: AgreementRequest, call: Call = {}): Promise<readonly Agreement[]> {
    const [agreement] = await this.agreements({ ...request, options: [request.options ?? {}] }, call);
    return agreement!;
  }

  /** The same for each of several options, such as thresholds to choose from. */
  async agreements(
    request: Omit<AgreementRequest, 'options'> & { readonly options: readonly AgreementOptions[] },
    call: Call = {},
  ): Promise<readonly (readonly Agreement[])[]> {
    if (request.maps.length === 0) return request.options.map(() => []);
    const [open, image] = await this.#opened(request, call);
    const explain = (again: ExplainRequest, of: Call) => this.#explained(open, image, again, of);
    const maps = await namedMaps(request, this.#maps.of(open, image), explain, call);
    const known = await this.#annotated.get(annotationKey(open, image, request));
    return this.#agreements(maps, known ?? (await this.#lookUp(open, image, request, call)), request, call);
  }

  async #agreements(
    maps: readonly Heatmap[],
    { annotations: { annotations, states }, id }: ReadAnnotations,
    request: ImageRequest & Comparison,
    call: Call,
  ): Promise<readonly (readonly Agreement[])[]> {
    const { scores } = request.options.some(needsScores) ? await this.predict(request, call) : {};
    throwIfCancelled(call.signal);
    return agreementOf(maps, { id, annotations, states, ...(scores && { scores }) }, request, this.#compared);
  }

  /**
   * Labels that look wrong, over all images of annotation files. Everything that can be checked is checked, and the
   * rest is listed.
   */
  async checkLabels(request: CheckRequest, call: Call = {}): Promise<CheckResult> {
    const open = await this.#open(request.model, call);
    const sources = sourcesOf(request.sources, open.card, this.#reach);
    return checkWith(open, this.#annotations, { ...request, sources }, call);
  }

  /** Records a person's verdict on a finding by appending it to the review file next to its annotation file. */
  review(request: ReviewRequest): Promise<Verdict> {
    return appendVerdict(request);
  }

  /** The verdicts on the labels of an annotation file, the last on each; by `key` of a finding. */
  async verdicts(request: { readonly file: string }): Promise<Readonly<Record<string, Verdict>>> {
    return Object.fromEntries(await readVerdicts(request.file));
  }

  /**
   * How faithful and how stable the maps of one method are. These metrics need no annotation but many runs of the
   * model, so they are computed only on request. Throws what {@link explain} throws, and `usage` for an unknown metric
   * or parameter.
   */
  async assess(request: AssessRequest, call: Call = {}): Promise<readonly Assessment[]> {
    const [open, image] = await this.#opened(request, call);
    return assessMaps(open, image, this.#images, request, this.#whole(open, image), call);
  }

  /**
   * How similar the maps of one class are, for each pair of several methods. A method that cannot explain this model is
   * reported in `failures`; throws what {@link explain} throws for invalid requests.
   */
  async compareMethods(request: CompareRequest, call: Call = {}): Promise<MethodComparison> {
    const [open, image] = await this.#opened(request, call);
    return compareMethods(open, request, this.#whole(open, image), call);
  }

  /**
   * The parameters that {@link explain} would run with. Throws `usage` for invalid ones, `unsupported` if the method
   * cannot run.
   */
  async resolve(request: Omit<ExplainRequest, 'image'>, call: Call = {}): Promise<Heatmap['parameters']> {
    return resolveRun(await this.#open(request.model, call), request).parameters;
  }

  /**
   * Everything that is the same for every model and image: the tables of methods, presets, metrics, kinds of findings.
   */
  catalogue(): Catalogue {
    return CATALOGUE;
  }

  /** The parameters that {@link assess} would run a metric with. Throws `usage`. */
  resolveAssessment(metric: string, parameters: AnyParameters = {}): AnyParameters {
    return resolveAssessment(metric, parameters);
  }

  /** Statistics over many images, by class, method and metric; bootstrap intervals are drawn from the seed. */
  summaries(request: {
    readonly measurements: readonly Measurement[];
    readonly seed?: number;
  }): readonly MeasurementSummary[] {
    return summaries(request.measurements, { ...BOOTSTRAP, seed: request.seed ?? 0 });
  }

  /** The card inferred for a bare model, as the text of a `.explain.json` file that could be written next to it. */
  async inferredCard(
    request: { readonly model: string },
    call: Call = {},
  ): Promise<{ readonly path: string; readonly text: string }> {
    const { card } = await this.#open(request.model, call);
    if (card.path !== null) {
      throw new ExplainError({
        kind: 'usage',
        message: 'This model already has a card.',
        subject: card.path,
        next: 'Open the card to change it.',
      });
    }
    return { path: `${card.model.replace(/\.[^./\\]*$/, '')}.explain.json`, text: cardText(card) };
  }

  /** The original image as a PNG with a map over it, and the outlines of the annotations of its class. */
  async overlay(request: {
    readonly image: string;
    readonly map: Heatmap;
    readonly annotations?: ImageAnnotations | null;
  }): Promise<Uint8Array> {
    const { map, annotations } = request;
    const relative = methods.get(map.method)?.relative ?? false;
    return overlayPng(await this.#images.open(request.image), map, relative, annotations?.annotations ?? []);
  }

  /**
   * The other view of a map of superpixels, a PNG: the original image with all but the best ones darkened; null for
   * other maps.
   */
  async bestSuperpixels(request: { readonly image: string; readonly map: Heatmap }): Promise<Uint8Array | null> {
    return bestPng(await this.#images.open(request.image), request.map);
  }

  /** A map in the pixels of the original image, row by row; NaN where the model never saw them. */
  onImage(map: Heatmap): Float32Array {
    return toImageGrid(map.values, map.geometry);
  }

  async dispose(): Promise<void> {
    this.#images.dispose();
    this.#maps.clear();
    this.#compared.clear();
    this.#annotated.clear();
    this.#annotations.dispose();
    await this.#models.dispose();
  }

  /** The maps of a request, as far as they are kept; the others are computed. */
  #explained(open: OpenModel, image: OpenImage, request: ExplainRequest, call: Call): Promise<Explained> {
    return this.#maps.explained(open, image, request, (missing) =>
      explainClasses(open, image, this.#images, missing, call),
    );
  }

  #whole(open: OpenModel, image: OpenImage): WholeMaps {
    return wholeMaps(this.#maps.of(open, image), (request, call) => this.#explained(open, image, request, call));
  }

  /** Looks up the annotations of the image now, even if some are kept. */
  #lookUp(open: OpenModel, image: OpenImage, request: AnnotationRequest, call: Call): Promise<ReadAnnotations> {
    const { card } = open;
    const { labels, aliases } = card;
    const sources = sourcesOf(request.sources, card, this.#reach);
    const wanted = { path: request.image, ids: image.image.ids, size: image.image.size, labels, aliases, sources };
    return this.#annotated.lookUp(annotationKey(open, image, request), (note) =>
      this.#annotations.annotationsOf(wanted, call.signal, note),
    );
  }

  /** The model and the image. */
  #opened(request: ImageRequest, call: Call): Promise<[OpenModel, OpenImage]> {
    return both(this.#open(request.model, call), this.#images.open(request.image));
  }

  async #open(model: string, call: Call): Promise<OpenModel> {
    throwIfCancelled(call.signal);
    call.onProgress?.({ stage: 'model', message: `Opening ${path.basename(model)}`, fraction: null });
    const open = await this.#models.open(model, (message) =>
      call.onProgress?.({ stage: 'model', message, fraction: null }),
    );
    throwIfCancelled(call.signal);
    return open;
  }
}

/** Bytes of the maps that are kept, and of those on the image's pixels. */
const KEPT_MAPS = 128 * 2 ** 20;

function annotationKey({ id, card }: OpenModel, { stamp }: OpenImage, { sources }: AnnotationRequest): string {
  return JSON.stringify([id, stamp, sources ?? card.annotations]);
}

function withoutChannels(map: Heatmap): Heatmap {
  const { channels, ...rest } = map;
  return channels ? rest : map;
}

/** Both results, or the first one's error, even if the second fails earlier. */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  second.catch(() => {});
  return [await first, await second];
}
