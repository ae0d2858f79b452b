import { type FirstImages, firstImagesIn } from './containers/images.ts';
import type { Call } from './contracts/call.ts';
import type { Catalogue } from './contracts/catalogue.ts';
import { DEVICES, type Device } from './contracts/device.ts';
import type { EvaluatedImage, EvaluateRequest } from './contracts/evaluation.ts';
import type { ExportedFile, ExportRequest } from './contracts/exported.ts';
import { toImageGrid } from './contracts/geometry.ts';
import type { Glance, GlanceRequest } from './contracts/glance.ts';
import type { ImportAnswer, ImportPlan, ImportRequest } from './contracts/importing.ts';
import type { ClassNames } from './contracts/labels/classNames.ts';
import type { Crop, CropPicture, CropPictureRequest, CropsRequest } from './contracts/labels/crops.ts';
import type { FixPlan, FixRequest } from './contracts/labels/fix.ts';
import type { LabelExported, LabelExportRequest } from './contracts/labels/labelExport.ts';
import type { MapPicture, MapPictureRequest } from './contracts/mapPicture.ts';
import type { AnyParameters } from './contracts/parameters.ts';
// biome-ignore format: many names
import type {
  Agreement, AgreementOptions, AgreementRequest, AnnotationFiles, AnnotationRequest, Assessment, AssessRequest, CheckRequest,
  CheckResult, CompareRequest, DisplayImage, DisplayRequest, ExplainRequest, Explanation, Heatmap, ImageAnnotations,
  ImageRequest, InputField, Measurement, MeasurementSummary, MethodComparison, ModelDescription, Prediction, ReviewRequest, Verdict,
} from './contracts/results.ts';
import type { ResultRowsRequest, ResultSummaryRequest, ResultsFacts, ResultsRows, ResultsSummary } from './contracts/resultsView.ts'; // biome-ignore format: one line
import type { CardChoices, CardDraft, InputLook, LookRequest, Trial } from './contracts/setUp.ts';
import type { Sources, SourcesRequest } from './contracts/sources.ts';
import type { InputSweep, InputSweepRequest } from './contracts/sweep.ts';
import type { WhatIf, WhatIfRequest } from './contracts/whatIf.ts';
import { ENGINES, type EngineId } from './engines/openEngine.ts';
import { throwIfCancelled } from './errors.ts';
import { Reach } from './files/reach.ts';
import { cropPicture } from './images/cropPicture.ts';
import { displayImage } from './images/display.ts';
import { methods } from './methods/methods.ts';
import { inferredCard } from './models/card/writeCard.ts';
import { suggestedCard } from './models/loadModel.ts';
import { appendVerdicts, readVerdicts } from './reviews/reviewFile.ts';
import { READERS } from './session/agreementOptions.ts';
import { AnnotationLookUp } from './session/annotationLookUp.ts';
import { assessMaps, resolveAssessment } from './session/assess.ts';
import { CATALOGUE } from './session/catalogue.ts';
import { compareMethods } from './session/compare.ts';
import { describeModel } from './session/describe.ts';
import { evaluateImage } from './session/evaluateImage.ts';
import { resolveRun } from './session/explainImage.ts';
import { exportModel } from './session/export/exportModel.ts';
import { Glances } from './session/glance.ts';
import { importModel, planImport } from './session/importModel.ts';
import { inputSweep } from './session/inputSweep.ts';
import { checkWith } from './session/labels/checkLabels.ts';
import { exportLabels } from './session/labels/exportLabels.ts';
import { leftOut } from './session/labels/leftOut.ts';
import { compileScores } from './session/labels/modelScores.ts';
import { planFix } from './session/labels/planFix.ts';
import { listCrops } from './session/listCrops.ts';
import { mapPicture } from './session/mapPicture.ts';
import { SessionMaps } from './session/maps/sessionMaps.ts';
import { boundModel, explainedModel } from './session/models/boundInputs.ts';
import { contrastedModel } from './session/models/contrastedModel.ts';
import { OpenModels } from './session/models/openModels.ts';
import { OpenImages, shownImage } from './session/openImages.ts';
import { both, Opening } from './session/opening.ts';
import type { SessionOptions } from './session/options.ts';
import { bestPng, overlayPng } from './session/overlay.ts';
import { predictImage } from './session/predictImage.ts';
import { ResultsViews } from './session/resultsViews.ts';
import { draftOf, lookAtInput, tryInputs } from './session/setUp/setUp.ts';
import { sourceShares } from './session/sourceShares.ts';
import { withoutRegion } from './session/withoutRegion.ts';
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

  readonly #opening: Opening;
  /** Images of a sheet of crops, decoded apart from those that a panel shows. */
  readonly #cropped = new OpenImages();
  readonly #maps: SessionMaps;
  readonly #annotations: AnnotationLookUp;
  readonly #glances: Glances;
  readonly #results = new ResultsViews();

  constructor(options: SessionOptions = {}) {
    const reach = new Reach(options);
    this.#opening = new Opening(new OpenModels(options, reach));
    this.#glances = new Glances(this.#opening);
    this.#maps = new SessionMaps(this.#opening.images, options.keptMaps);
    this.#annotations = new AnnotationLookUp(options, reach);
  }

  /**
   * A description of the model, its input and output, and which methods can explain it. Throws `card`, `model`,
   * `unsupported`, `engine`.
   */
  async describe(
    request: { readonly model: string; readonly hash?: boolean },
    call: Call = {},
  ): Promise<ModelDescription> {
    return describeModel(await this.#opening.model(request.model, call), request.hash ?? false);
  }

  /** Makes sure that the engine can run the model, so that later failures are due to the image. */
  async compile(request: { readonly model: string }, call: Call = {}): Promise<void> {
    const open = await this.#opening.model(request.model, call);
    open.checkMemory();
    await compileScores(open);
  }

  /** The image for a browser to draw. Throws `image`. */
  async display(request: DisplayRequest, call: Call = {}): Promise<DisplayImage> {
    throwIfCancelled(call.signal);
    const { source, image } = await this.#opening.images.open(request.image, call.signal);
    return displayImage(source, shownImage({ source, image }, request.show));
  }

  /** The class scores. Throws `image` and what {@link describe} throws. */
  async predict(request: ImageRequest, call: Call = {}): Promise<Prediction> {
    const opening = this.#opening.model(request.model, call);
    // The image is decoded while the model is read and compiled.
    opening.then(compileScores).catch(() => {});
    const [open, image] = await both(opening, this.#opening.images.open(request.image, call.signal));
    return predictImage(await boundModel(open, request), image, this.#opening.images, call);
  }

  /** The image small, with its best classes and a heatmap of the first one. Throws `image`. */
  async glance(request: GlanceRequest, call: Call = {}): Promise<Glance> {
    return this.#glances.of(request, call);
  }

  /** The values of the model's further inputs for the image, where they are from, and what is wrong with them. */
  async inputs(request: ImageRequest, call: Call = {}): Promise<readonly InputField[]> {
    const open = await this.#opening.model(request.model, call);
    return open.inputs.fields(request.image, request.inputs);
  }

  /**
   * The files that a model depends on, as far as they are known; all of them once {@link describe} has answered or
   * failed.
   */
  async modelFiles(request: { readonly model: string }): Promise<{ readonly files: readonly string[] }> {
    return { files: this.#opening.models.filesOf(request.model) };
  }

  /**
   * The annotations of the image from the sources; else from the card's files; else from those around the image; else
   * from the workspace's.
   */
  async annotations(request: AnnotationRequest, call: Call = {}): Promise<ImageAnnotations> {
    const [open, image] = await this.#opening.imageAndModel(request, call);
    return (await this.#annotations.now(open, image, request, call)).annotations;
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
    const open = await this.#opening.model(request.model, call);
    return this.#annotations.survey(open, request.sources, request.images ?? [], call);
  }

  /**
   * Files were written, created or removed; returns those that may change the result of {@link annotations} for an
   * image.
   */
  async annotationFilesChanged(request: {
    readonly paths: readonly string[];
  }): Promise<{ readonly paths: readonly string[] }> {
    return { paths: await this.#annotations.changed(request.paths) };
  }

  /** Heatmaps of some classes by one method, and how well they agree with the drawn regions of these classes. */
  async explain(
    request: ExplainRequest & { readonly sources?: AnnotationRequest['sources'] },
    call: Call = {},
  ): Promise<Explanation> {
    const [open, image] = await this.#opening.imageAndModel(request, call);
    const bound = await explainedModel(open, request);
    return this.#maps.explain(bound, image, request, () => this.#annotations.now(open, image, request, call), call);
  }

  /** How much the image and each further input contribute. Throws also `usage` for an input without a baseline. */
  async sourceShares(request: SourcesRequest, call: Call = {}): Promise<Sources> {
    const [open, image] = await this.#opening.imageAndModel(request, call);
    return sourceShares(open, image, this.#opening.images, request, call);
  }

  /** The scores for other values of one further input, and where the answer flips. Throws `usage`, `unsupported`. */
  async inputSweep(request: InputSweepRequest, call: Call = {}): Promise<InputSweep> {
    const [open, image] = await this.#opening.imageAndModel(request, call);
    return inputSweep(open, image, this.#opening.images, request, call);
  }

  /** What the model says without a region of the image, and without random ones like it. Throws `usage`. */
  async withoutRegion(request: WhatIfRequest, call: Call = {}): Promise<WhatIf> {
    const [open, image] = await this.#opening.imageAndModel(request, call);
    const bound = await boundModel(open, request);
    const annotations = async () => (await this.#annotations.last(open, image, request, call)).annotations;
    return withoutRegion(bound, image, this.#opening.images, request, { annotations, maps: this.#maps }, call);
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
    const [open, image] = await this.#opening.imageAndModel(request, call);
    const bound = await explainedModel(open, request);
    const maps = await this.#maps.named(bound, image, request, call);
    const found = await this.#annotations.last(open, image, request, call);
    return this.#maps.agreements(bound, image, maps, found, request, call);
  }

  /**
   * Labels that look wrong, over all images of annotation files. Everything that can be checked is checked, and the
   * rest is listed.
   */
  async checkLabels(request: CheckRequest, call: Call = {}): Promise<CheckResult> {
    const { model, images = [] } = request;
    const open = model === undefined ? null : await this.#opening.model(model, call);
    const sources = await this.#annotations.sourcesIn(images, request, open);
    return checkWith(open, this.#annotations.store, { ...request, sources }, call);
  }

  /** The annotation files in folders of images that the card's `annotations` leave out. */
  async annotationsLeftOut(
    request: { readonly model: string; readonly images: readonly string[] },
    call: Call = {},
  ): Promise<{ readonly files: readonly string[] }> {
    const open = await this.#opening.model(request.model, call);
    const sources = this.#annotations.sourcesOf(undefined, open);
    return { files: await leftOut(this.#annotations.store, sources, request.images, call.signal) };
  }

  /**
   * The smallest change of an annotation file that corrects one label of an image. Nothing is written: a person
   * confirms it first. Throws `annotation` for a change that the file cannot hold.
   */
  async planFix(request: FixRequest, call: Call = {}): Promise<FixPlan> {
    const { classes } = await this.#classesOf(request, call);
    const image = await this.#opening.images.open(request.image, call.signal);
    return planFix(classes, image, request, this.#annotations.reach);
  }

  /**
   * Writes checked labels for people and other tools: copies of the annotation files with the fixes of labels that were
   * judged wrong, or the images with findings as COCO, CSV, Label Studio's tasks or FiftyOne's JSON.
   */
  async exportLabels(request: LabelExportRequest, call: Call = {}): Promise<LabelExported> {
    const { open, classes } = await this.#classesOf(request, call);
    const { reach } = this.#annotations;
    const image = (path: string) => this.#opening.images.open(path, call.signal);
    const sources = open ? this.#annotations.sourcesOf(request.sources, open) : (request.sources ?? null);
    const annotations = async (path: string) => {
      const { ids, size } = (await image(path)).image;
      return this.#annotations.store.annotationsOf({ ...classes, path, ids, size, sources }, call.signal);
    };
    const modelSha256 = (await open?.sha256()) ?? null;
    return exportLabels(request, { classes, modelSha256, reach, image, annotations }, call);
  }

  /** Every label of a class in the annotation files, with its image. Throws `annotation`. */
  async crops(request: CropsRequest, call: Call = {}): Promise<readonly Crop[]> {
    const { open, classes } = await this.#classesOf(request, call);
    const sources = await this.#annotations.sourcesIn([request.folder], request, open);
    return listCrops(classes, this.#annotations.store, { ...request, sources }, call);
  }

  /** The paths of the first images in a Parquet table or a tar, and whether there are more. Throws `image`. */
  imagesInside(request: { readonly container: string; readonly most: number }): Promise<FirstImages> {
    return firstImagesIn(request.container, request.most);
  }

  /** A region of an image, or all of it, as a small picture. Throws `image`. */
  async cropPicture(request: CropPictureRequest, call: Call = {}): Promise<CropPicture> {
    const { image } = await this.#cropped.open(request.image, call.signal);
    return cropPicture(image, request);
  }

  /**
   * Records a person's verdict on a finding by appending it to the review file next to each annotation file that says
   * so. Returns the verdict on each place.
   */
  review(request: ReviewRequest): Promise<readonly Verdict[]> {
    return appendVerdicts(request);
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
    const [unbound, image] = await this.#opening.imageAndModel(request, call);
    const open = await explainedModel(unbound, request);
    const lookUp = async () => (await this.#annotations.now(unbound, image, request, call)).annotations;
    return assessMaps(open, image, this.#opening.images, request, this.#maps.whole(open, image), lookUp, call);
  }

  /**
   * Everything that an evaluation of many images says about one: a row per class and method, with every metric. Throws
   * what {@link predict} and {@link annotations} throw, and `usage`.
   */
  async evaluateImage(request: EvaluateRequest, call: Call = {}): Promise<EvaluatedImage> {
    const { card } = await this.#opening.model(request.model, call);
    try {
      return await evaluateImage(this, card, request, call);
    } finally {
      // Of many images, none is asked for twice.
      this.#maps.forget(request.image);
    }
  }

  /**
   * How similar the maps of one class are, for each pair of several methods. A method that cannot explain this model is
   * reported in `failures`; throws what {@link explain} throws for invalid requests.
   */
  async compareMethods(request: CompareRequest, call: Call = {}): Promise<MethodComparison> {
    const [unbound, image] = await this.#opening.imageAndModel(request, call);
    const open = await explainedModel(unbound, request);
    return compareMethods(open, request, this.#maps.whole(open, image), call);
  }

  /**
   * The parameters that {@link explain} would run with. Throws `usage` for invalid ones, `unsupported` if the method
   * cannot run.
   */
  async resolve(request: Omit<ExplainRequest, 'image'>, call: Call = {}): Promise<Heatmap['parameters']> {
    return resolveRun(contrastedModel(await this.#opening.model(request.model, call), request.against), request)
      .parameters;
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

  /**
   * Writes a model and explainers as one ONNX file. Throws what {@link describe} throws, and `usage`, `unsupported`.
   */
  async exportModel(request: ExportRequest, call: Call = {}): Promise<ExportedFile> {
    return exportModel(await this.#opening.model(request.model, call), request, call);
  }

  /** The card inferred for a bare model, as the text of a `.explain.json` file that could be written next to it. */
  async inferredCard(
    request: { readonly model: string },
    call: Call = {},
  ): Promise<{ readonly path: string; readonly text: string }> {
    const card = await this.#opening.model(request.model, call).then(
      (model) => model.card,
      (thrown: unknown) => suggestedCard(request.model, thrown),
    );
    return inferredCard(card);
  }

  /** The image as the network sees it with changed settings, and what the model then says. Throws `card`, `image`. */
  async lookAtInput(request: LookRequest, call: Call = {}): Promise<InputLook> {
    return lookAtInput(this.#opening, request, call);
  }

  /** The best classes with each of the usual preprocessings, so that a wrong one is seen at once. */
  async tryInputs(request: ImageRequest, call: Call = {}): Promise<readonly Trial[]> {
    return tryInputs(this.#opening, request, call);
  }

  /** A short card with a person's choices, which could be written. Throws `card`. */
  async draftCard(
    request: { readonly model: string; readonly choices: CardChoices },
    call: Call = {},
  ): Promise<CardDraft> {
    return draftOf(this.#opening, request, call);
  }

  /** What {@link importModel} would run, so that the user can agree to it. Throws `usage` for an unknown source. */
  async planImport(request: Pick<ImportRequest, 'source' | 'folder'>): Promise<ImportPlan> {
    return planImport(request);
  }

  /**
   * Has Python export a PyTorch model to ONNX, compares the export with the model, and writes it with its card. It runs
   * code of the model, so the user must have agreed. Throws `usage`, `model`, `unsupported`, `engine`.
   */
  async importModel(request: ImportRequest, call: Call = {}): Promise<ImportAnswer> {
    return importModel(request, this.#opening, call);
  }

  /** The original image as a PNG with a map over it, and the outlines of the annotations of its class. */
  async overlay(request: {
    readonly image: string;
    readonly show?: readonly number[];
    readonly map: Heatmap;
    readonly annotations?: ImageAnnotations | null;
  }): Promise<Uint8Array> {
    const { map, annotations, show } = request;
    const relative = methods.get(map.method)?.relative ?? false;
    const image = await this.#opening.images.open(request.image);
    return overlayPng(shownImage(image, show), map, relative, annotations?.annotations ?? []);
  }

  /** What is in a folder of results. Throws `usage` for a folder without any. */
  async results({ folder }: { readonly folder: string }): Promise<ResultsFacts> {
    return (await this.#results.of(folder, true)).facts;
  }

  /** Rows of a folder of results as it was when {@link results} opened it, filtered and sorted, from a place on. */
  async resultRows({ folder, filter, sort, ...window }: ResultRowsRequest): Promise<ResultsRows> {
    return (await this.#results.of(folder, false)).rows(filter, sort, window);
  }

  /** How the filtered rows of a folder of results are distributed. */
  async resultSummary({ folder, filter, metric }: ResultSummaryRequest): Promise<ResultsSummary> {
    return (await this.#results.of(folder, false)).summary(filter, metric);
  }

  /** A map as a small picture: over its image, or as a mask next to the drawn region. Throws as {@link explain}. */
  async mapPicture(request: MapPictureRequest, call: Call = {}): Promise<MapPicture> {
    const [unbound, image] = await this.#opening.imageAndModel(request, call);
    const open = await boundModel(unbound, request);
    const lookUp = () => this.#annotations.now(open, image, request, call);
    return mapPicture(open, image, request, { maps: this.#maps, images: this.#opening.images, lookUp }, call);
  }

  /**
   * The other view of a map of superpixels, a PNG: the original image with all but the best ones darkened; null for
   * other maps.
   */
  async bestSuperpixels(request: DisplayRequest & { readonly map: Heatmap }): Promise<Uint8Array | null> {
    return bestPng(shownImage(await this.#opening.images.open(request.image), request.show), request.map);
  }

  /** A map in the pixels of the original image, row by row; NaN where the model never saw them. */
  onImage(map: Heatmap): Float32Array {
    return toImageGrid(map.values, map.geometry);
  }

  /** The model, if there is one, and the classes that labels are compared with. */
  async #classesOf({ model, labels = [] }: ClassNames, call: Call) {
    const open = model === undefined ? null : await this.#opening.model(model, call);
    return { open, classes: open?.card ?? { labels, aliases: {} } };
  }

  async dispose(): Promise<void> {
    this.#maps.clear();
    this.#glances.clear();
    this.#results.clear();
    this.#cropped.dispose();
    this.#annotations.dispose();
    await this.#opening.dispose();
  }
}
