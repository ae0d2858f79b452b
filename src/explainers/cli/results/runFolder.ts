import path from 'node:path';
import type { Heatmap, ModelDescription } from '../../contracts/results.ts';
import type { ErrorReport } from '../../errors.ts';
import { commonFolder } from '../../files/commonFolder.ts';
import { isDiskFull } from '../../files/diskError.ts';
import { sha256Of } from '../../files/sha256.ts';
import type { Session } from '../../session.ts';
import { writeNpy } from '../../tensor/npy.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { RunPlan } from '../flags/explainFlags.ts';
import type { ImageFile } from '../flags/imageFiles.ts';
import type { ImageRun, WrittenMap } from '../run/imageRun.ts';
import { VERSION } from '../version.ts';
import { imageNames, mapName, ofMap } from './fileNames.ts';
import { sourceFields } from './imageLine.ts';
import { ResultFiles } from './resultFiles.ts';
import { type SummaryRow, summaryCsv, summaryJson } from './summary.ts';
import { type TunedClass, thresholdCsv } from './thresholdTable.ts';

/** Increased whenever a field of the manifest changes its meaning. */
const SCHEMA_VERSION = 1;

/** The folder of `--out`: maps, overlays and the manifest that allows running them again. */
export class RunFolder {
  readonly #files: ResultFiles;
  /** By the images' paths. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #description: ModelDescription;
  readonly #plan: RunPlan;
  readonly #images: object[] = [];
  readonly #started = new Date().toISOString();
  #full = false;

  private constructor(files: ResultFiles, names: ReadonlyMap<string, string>, of: ModelDescription, plan: RunPlan) {
    this.#files = files;
    this.#names = names;
    this.#description = of;
    this.#plan = plan;
  }

  static async create(
    folder: string,
    images: readonly ImageFile[],
    description: ModelDescription,
    plan: RunPlan,
  ): Promise<RunFolder> {
    const paths = images.map((image) => image.path);
    // An image's maps must not replace an image of this run, such as the overlay of an earlier one.
    const inside = paths.map((image) => ofMap(path.relative(folder, image).split(path.sep).join('/')));
    const taken = inside.flatMap((map) => map?.image ?? []);
    const names = imageNames(images, commonFolder(paths), taken);
    return new RunFolder(await ResultFiles.begin(folder, paths), names, description, plan);
  }

  /** The disk is full, so no other image will be written either. */
  get full(): boolean {
    return this.#full;
  }

  /** Ends an interrupted run: its results stay, with a manifest; if there are none, the folder is as before. */
  async cutShort(why: ErrorReport): Promise<void> {
    if (this.#files.names.length === 0) await this.#files.abandon();
    else await this.finish([], [], why);
  }

  /** Others may write into the folder again. */
  close(): void {
    this.#files.release();
  }

  /** Writes an image's maps and overlays; notes their names in `run.written`. */
  async write(run: ImageRun, session: Session): Promise<void> {
    const start = performance.now();
    const before = this.#files.names.length;
    const written: WrittenMap[] = [];
    let sha256: string;
    try {
      for (const map of run.maps) written.push(await this.#writeMap(run, map, session));
      sha256 = await sha256Of(run.image.path);
    } catch (thrown) {
      // All of an image's files, or none.
      await this.#files.discard(this.#files.names.slice(before));
      this.#full ||= isDiskFull(thrown);
      throw thrown;
    }
    run.written = written;
    run.timings['write'] = Math.round((performance.now() - start) * 10) / 10;
    const { prediction } = run;
    this.#images.push({
      image: run.image.name,
      path: run.image.path,
      sha256,
      scores: prediction?.scores,
      ...(prediction?.inputs && { inputs: prediction.inputs }),
      geometry: prediction?.geometry,
      notes: prediction?.notes,
      annotations: run.annotations?.files.map((file) => file.path),
      maps: written.map(({ map, npy, png, best }) => ({
        method: map.method,
        index: map.index,
        label: map.label,
        ...(map.against && { against: map.against }),
        signed: map.signed,
        npy,
        png,
        ...(best !== null && { best }),
        parameters: map.parameters,
        notes: map.notes,
        figures: map.figures,
        milliseconds: map.milliseconds,
      })),
      // Decided at the end of a run that tunes its thresholds.
      get agreement() {
        return run.agreement;
      },
      ...(this.#plan.assess.metrics.length > 0 && { assessment: run.assessment }),
      ...(this.#plan.assess.compare && { comparison: run.comparison }),
      ...(run.sources && sourceFields(run.sources)),
      milliseconds: run.timings,
      error: run.failures[0] ?? null,
    });
  }

  async #writeMap(run: ImageRun, map: Heatmap, session: Session): Promise<WrittenMap> {
    const name = mapName(this.#names.get(run.image.path)!, map, this.#description.card.labels);
    const image = run.image.path;
    const { show } = this.#description.card.input;
    const shown = { image, ...(show && { show }) };
    const best = await session.bestSuperpixels({ ...shown, map });
    const files = { map, npy: `${name}.npy`, png: `${name}.png`, best: best && `${name}.best.png` };
    await this.#files.put(files.npy, this.#npy(map, session));
    await this.#files.put(files.png, await session.overlay({ ...shown, map, annotations: run.annotations }));
    if (best) await this.#files.put(files.best!, best);
    return files;
  }

  fail(image: ImageFile, error: ErrorReport): void {
    this.#images.push({ image: image.name, path: image.path, error });
  }

  /**
   * Writes the manifest, a summary if several images were measured, and the tuned thresholds.
   * @param ended why the run ended before its last image; null: it did not
   */
  async finish(
    summary: readonly SummaryRow[],
    tuned: readonly TunedClass[],
    ended: ErrorReport | null = null,
  ): Promise<void> {
    if (summary.length > 0) {
      await this.#files.put('summary.json', summaryJson(summary, this.#plan.seed));
      await this.#files.put('summary.csv', summaryCsv(summary));
    }
    if (this.#plan.agreement.tuned) await this.#files.put('thresholds.csv', Buffer.from(thresholdCsv(tuned)));
    const { card, sha256: model, engine, logits, activation } = this.#description;
    const manifest = {
      schema: SCHEMA_VERSION,
      created: this.#started,
      versions: {
        'saliency-lens': VERSION,
        node: process.versions.node,
        [engine.id]: engine.version,
        platform: `${process.platform} ${process.arch}`,
      },
      engine,
      seed: this.#plan.seed,
      grid: this.#plan.grid,
      rawChannels: this.#plan.rawChannels,
      model: { path: card.model, sha256: model, logits, activation },
      card,
      preset: this.#plan.preset?.id ?? null,
      methods: this.#plan.methods,
      ...(this.#plan.against !== undefined && { against: this.#plan.against }),
      assess: this.#plan.assess,
      agreement: {
        ...this.#plan.agreement.options,
        threshold: this.#plan.agreement.options.threshold ?? this.#plan.agreement.threshold,
        ...(this.#plan.agreement.table && { thresholds: this.#plan.agreement.table }),
        ...(this.#plan.agreement.tuned && { tuned }),
      },
      images: this.#images,
      files: this.#files.names,
      ...(ended && { ended }),
    };
    await this.#files.finish(`${JSON.stringify(manifest, undefined, 2)}\n`);
  }

  #npy(map: Heatmap, session: Session): Uint8Array {
    const [height, width] = map.size;
    if (this.#plan.grid === 'original') return writeNpy(float32(map.geometry.image, session.onImage(map)));
    if (this.#plan.rawChannels && map.channels) {
      return writeNpy(float32([map.channels.length / (height * width), height, width], map.channels));
    }
    return writeNpy(float32([height, width], map.values));
  }
}
