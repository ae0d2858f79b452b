import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ErrorReport, ExplainError } from '../errors.ts';
import type { Heatmap, ModelDescription } from '../results.ts';
import type { Session } from '../session.ts';
import { writeNpy } from '../tensor/npy.ts';
import { float32 } from '../tensor/tensor.ts';
import type { RunPlan } from './explainFlags.ts';
import { mapName } from './fileNames.ts';
import { commonFolder, type ImageFile } from './imageFiles.ts';
import type { ImageRun, WrittenMap } from './imageRun.ts';
import { type SummaryRow, summaryCsv, summaryJson } from './summary.ts';
import { type TunedClass, thresholdCsv } from './thresholdTable.ts';
import { VERSION } from './version.ts';

/** Increased whenever a field of the manifest changes its meaning. */
const SCHEMA_VERSION = 1;

/** The folder of `--out`: maps, overlays and the manifest that can re-run them. */
export class RunFolder {
  readonly #folder: string;
  readonly #common: string;
  readonly #description: ModelDescription;
  readonly #plan: RunPlan;
  readonly #images: object[] = [];
  readonly #files: string[] = [];
  readonly #started = new Date().toISOString();

  private constructor(folder: string, images: readonly ImageFile[], description: ModelDescription, plan: RunPlan) {
    this.#folder = folder;
    this.#common = commonFolder(images);
    this.#description = description;
    this.#plan = plan;
  }

  static async create(
    folder: string,
    images: readonly ImageFile[],
    description: ModelDescription,
    plan: RunPlan,
  ): Promise<RunFolder> {
    await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
      throw new ExplainError(
        {
          kind: 'usage',
          message: `The folder for the results cannot be made (${cause.code}).`,
          subject: folder,
          next: 'Choose another with --out.',
        },
        { cause },
      );
    });
    return new RunFolder(folder, images, description, plan);
  }

  /** Writes an image's maps and overlays; notes their names in `run.written`. */
  async write(run: ImageRun, session: Session): Promise<void> {
    const start = performance.now();
    const written: WrittenMap[] = [];
    for (const map of run.maps) {
      const name = mapName(run.image, this.#common, map);
      const image = run.image.path;
      const best = await session.bestSuperpixels({ image, map });
      const files = { map, npy: `${name}.npy`, png: `${name}.png`, best: best && `${name}.best.png` };
      await this.#put(files.npy, this.#npy(map, session));
      await this.#put(files.png, await session.overlay({ image, map, annotations: run.annotations }));
      if (best) await this.#put(files.best!, best);
      written.push(files);
    }
    run.written = written;
    run.timings['write'] = Math.round((performance.now() - start) * 10) / 10;
    const { prediction } = run;
    this.#images.push({
      image: run.image.name,
      path: run.image.path,
      sha256: sha256(await readFile(run.image.path)),
      scores: prediction?.scores,
      geometry: prediction?.geometry,
      notes: prediction?.notes,
      annotations: run.annotations?.files.map((file) => file.path),
      maps: written.map(({ map, npy, png, best }) => ({
        method: map.method,
        index: map.index,
        label: map.label,
        signed: map.signed,
        npy,
        png,
        ...(best !== null && { best }),
        parameters: map.parameters,
        notes: map.notes,
        figures: map.figures,
        milliseconds: map.milliseconds,
      })),
      // Settled at the end of a run that tunes its thresholds.
      get agreement() {
        return run.agreement;
      },
      ...(this.#plan.assess.metrics.length > 0 && { assessment: run.assessment }),
      ...(this.#plan.assess.compare && { comparison: run.comparison }),
      milliseconds: run.timings,
      error: null,
    });
  }

  fail(image: ImageFile, error: ErrorReport): void {
    this.#images.push({ image: image.name, path: image.path, error });
  }

  /** Writes the manifest, where several images were measured their summary, and the thresholds that were tuned. */
  async finish(summary: readonly SummaryRow[], tuned: readonly TunedClass[]): Promise<void> {
    if (summary.length > 0) {
      await this.#put('summary.json', summaryJson(summary, this.#plan.seed));
      await this.#put('summary.csv', summaryCsv(summary));
    }
    if (this.#plan.agreement.tuned) await this.#put('thresholds.csv', Buffer.from(thresholdCsv(tuned)));
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
      assess: this.#plan.assess,
      agreement: {
        ...this.#plan.agreement.options,
        threshold: this.#plan.agreement.options.threshold ?? this.#plan.agreement.threshold,
        ...(this.#plan.agreement.table && { thresholds: this.#plan.agreement.table }),
        ...(this.#plan.agreement.tuned && { tuned }),
      },
      images: this.#images,
      files: this.#files,
    };
    await writeFile(path.join(this.#folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  }

  #npy(map: Heatmap, session: Session): Uint8Array {
    const [height, width] = map.size;
    if (this.#plan.grid === 'original') return writeNpy(float32(map.geometry.image, session.onImage(map)));
    if (this.#plan.rawChannels && map.channels) {
      return writeNpy(float32([map.channels.length / (height * width), height, width], map.channels));
    }
    return writeNpy(float32([height, width], map.values));
  }

  async #put(name: string, bytes: Uint8Array | string): Promise<void> {
    const file = path.join(this.#folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    this.#files.push(name);
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
