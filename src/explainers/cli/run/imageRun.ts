import path from 'node:path';
import { type ClassChoice, chooseClasses } from '../../contracts/classChoice.ts';
import type {
  Agreement,
  AgreementOptions,
  AgreementRequest,
  Assessment,
  Explanation,
  Heatmap,
  ImageAnnotations,
  MethodComparison,
  ModelDescription,
  Prediction,
} from '../../contracts/results.ts';
import type { Sources, SourcesRequest } from '../../contracts/sources.ts';
import { type ErrorReport, ExplainError, errorReport } from '../../errors.ts';
import { append } from '../../lists.ts';
import { TUNED_OVER } from '../../metrics/tuning.ts';
import type { Session } from '../../session.ts';
import { setOwn } from '../../tables.ts';
import { type Compared, comparedClasses } from '../flags/against.ts';
import { optionsFor } from '../flags/agreementFlags.ts';
import type { RunPlan } from '../flags/explainFlags.ts';
import type { ImageFile } from '../flags/imageFiles.ts';
import type { ImageResult } from '../results/imageLine.ts';
import { sentence } from '../sentence.ts';
import type { Sweep } from './tuneRun.ts';

/** The files of one map, relative to the run's folder. */
export interface WrittenMap {
  readonly map: Heatmap;
  readonly npy: string;
  readonly png: string;
  /** The picture of the best superpixels, if the map is made of superpixels. */
  readonly best: string | null;
}

const itself = (label: string) => `'${label}' is not explained, because it cannot be compared with itself.`;

/** One image's way through the run, and its results so far. */
export class ImageRun {
  readonly image: ImageFile;
  readonly messages: string[] = [];
  /** Why methods, or some of their classes, have no map. */
  readonly failures: ErrorReport[] = [];
  prediction: Prediction | null = null;
  annotations: ImageAnnotations | null = null;
  maps: Heatmap[] = [];
  agreement: Agreement[] = [];
  assessment: Assessment[] = [];
  sources: Sources | null = null;
  comparison: (MethodComparison & { readonly index: number })[] = [];
  written: readonly WrittenMap[] = [];
  /** If thresholds are to be tuned. */
  sweep: Sweep | null = null;
  /** Milliseconds per stage. */
  readonly timings: Record<string, number> = {};
  readonly #session: Session;
  readonly #description: ModelDescription;
  readonly #model: string;
  readonly #plan: RunPlan;
  #call: Parameters<Session['explain']>[1];

  constructor(session: Session, description: ModelDescription, model: string, plan: RunPlan, image: ImageFile) {
    this.#session = session;
    this.#description = description;
    this.#model = model;
    this.#plan = plan;
    this.image = image;
  }

  async explain(choices: readonly ClassChoice[], call: Parameters<Session['explain']>[1]): Promise<void> {
    this.#call = call;
    const request = { image: this.image.path, model: this.#model, ...this.#plan.given };
    const sources = this.#plan.sources && { sources: this.#plan.sources };
    this.prediction = await this.#timed('predict', () => this.#session.predict(request, this.#call));
    append(this.messages, this.prediction.notes);
    this.annotations = await this.#timed('annotations', () =>
      this.#session.annotations({ ...request, ...sources }, this.#call),
    );
    append(this.messages, this.annotations.problems);
    const chosen = chooseClasses(choices, this.#description.card, this.prediction, this.annotations);
    const { groups, left } = comparedClasses(chosen, this.#plan.against, this.prediction);
    for (const index of left) this.messages.push(itself(this.#description.card.labels[index]!));
    for (const { id, parameters } of this.#plan.methods) {
      for (const compared of groups) {
        const explanation: Explanation = await this.#attempt(id, () =>
          this.#session.explain(
            {
              ...request,
              ...sources,
              ...compared,
              method: id,
              parameters,
              seed: this.#plan.seed,
              channels: this.#plan.rawChannels,
              agreement: optionsFor(this.#plan.agreement, id, this.#description),
            },
            this.#call,
          ),
        );
        append(this.maps, explanation.maps);
        append(this.agreement, explanation.agreement);
        for (const { error } of explanation.failures ?? []) this.#fail(id, error);
      }
    }
    if (this.failures.length > 0 && this.maps.length === 0) throw new ExplainError(this.failures[0]!);
    for (const compared of groups) await this.#assess(compared);
    if (this.#plan.shares) for (const compared of groups) await this.#sources({ ...request, ...compared });
    if (!this.#plan.agreement.tuned) return;
    for (const compared of groups)
      await this.#timed('tune', () => this.#sweepThresholds({ ...request, ...sources }, compared));
  }

  /** A method that cannot run does not stop the others; its error is kept. */
  async #attempt(id: string, run: () => Promise<Explanation>): Promise<Explanation> {
    try {
      return await this.#timed(id, run);
    } catch (thrown) {
      const error = errorReport(thrown);
      if (error.kind === 'cancelled' || this.#plan.methods.length === 1) throw thrown;
      this.#fail(id, error);
      return { maps: [], agreement: [] };
    }
  }

  #fail(id: string, error: ErrorReport): void {
    this.failures.push(error);
    this.messages.push(`${id} cannot explain this: ${sentence(error)}`);
  }

  /** The tests of the maps themselves. */
  async #assess({ classes, ...compared }: Compared): Promise<void> {
    const { methods, assess, seed } = this.#plan;
    const { given } = this.#plan;
    const maps = this.maps.map(({ id }) => id);
    const { sources } = this.#plan;
    const request = {
      ...{ image: this.image.path, model: this.#model, ...given, ...compared, seed, maps },
      ...(sources && { sources }),
    };
    if (assess.metrics.length > 0) {
      const metrics = assess.metrics.map(({ id }) => id);
      const metricParameters = Object.fromEntries(assess.metrics.map(({ id, parameters }) => [id, parameters]));
      for (const { id: method, parameters } of methods) {
        // Without a map there is nothing to assess.
        const explained = classes.filter((index) =>
          this.maps.some((map) => map.method === method && map.index === index),
        );
        if (explained.length === 0) continue;
        const assessed = await this.#timed(`assess ${method}`, () =>
          this.#session.assess(
            { ...request, method, parameters, classes: explained, metrics, metricParameters },
            this.#call,
          ),
        );
        append(this.assessment, assessed);
      }
    }
    for (const index of assess.compare ? classes : []) {
      const compared = await this.#session.compareMethods({ ...request, index, methods }, this.#call);
      this.comparison.push({ index, ...compared });
    }
  }

  /** The contributions of the image and of each further input. */
  async #sources(request: Pick<SourcesRequest, 'image' | 'model' | 'inputs' | 'classes' | 'against'>): Promise<void> {
    const { shares, methods, seed } = this.#plan;
    const asked = { ...request, ...shares, methods, seed };
    const found = await this.#timed('sources', () => this.#session.sourceShares(asked, this.#call));
    this.sources = { ...found, shares: [...(this.sources?.shares ?? []), ...found.shares] };
    for (const { method, reason } of found.refused)
      this.messages.push(`${method} says nothing of the further inputs: ${reason}`);
  }

  async #sweepThresholds(request: Omit<AgreementRequest, 'maps'>, { classes, ...compared }: Compared): Promise<void> {
    const maps = this.maps.filter(({ index }) => classes.includes(index));
    const options = TUNED_OVER.map(
      (value): AgreementOptions => ({ ...this.#plan.agreement.options, threshold: { kind: 'fixed', value } }),
    );
    const metrics = this.#session
      .catalogue()
      .metrics.flatMap(({ id, uses }) => (uses?.includes('threshold') ? [id] : []));
    const own = new Map(this.#plan.methods.map(({ id, parameters }) => [id, parameters]));
    const named = maps.map(({ id, method, index }) => ({ id, method, index, parameters: own.get(method) ?? {} }));
    const asked = { ...request, ...compared, seed: this.#plan.seed, maps: named, options, metrics };
    const agreements = await this.#session.agreements(asked, this.#call);
    const swept = maps.map(({ method, index, label }) => ({ method, index, label }));
    const before = this.sweep;
    this.sweep = before
      ? {
          maps: [...before.maps, ...swept],
          agreements: before.agreements.map((each, i) => [...each, ...agreements[i]!]),
        }
      : { maps: swept, agreements };
  }

  /** Forgets the maps' values. */
  release(): void {
    const bare = new Map(
      this.maps.map(({ channels: _, superpixels: __, ...map }) => [
        `${map.method} ${map.index}`,
        { ...map, values: new Float32Array() },
      ]),
    );
    this.maps = [...bare.values()];
    this.written = this.written.map((each) => ({ ...each, map: bare.get(`${each.map.method} ${each.map.index}`)! }));
  }

  /** The result, for people and programs. */
  result(error: ErrorReport | null): ImageResult {
    const files = new Map(this.written.map((each) => [each.map, each]));
    const maps = this.maps.map((map) => ({
      map,
      npy: this.#shown(files.get(map)?.npy),
      png: this.#shown(files.get(map)?.png),
      best: this.#shown(files.get(map)?.best),
    }));
    const { agreement, assessment, comparison } = this;
    const readers = this.annotations?.readers;
    const { metrics, compare } = this.#plan.assess;
    return {
      image: this.image.name,
      scores: this.prediction?.scores ?? [],
      ...(this.prediction?.inputs && { inputs: this.prediction.inputs }),
      maps,
      agreement,
      ...(readers && { readers }),
      ...(metrics.length > 0 && { assessment }),
      ...(compare && { comparison }),
      ...(this.sources && { sources: this.sources }),
      error: error ?? this.failures[0] ?? null,
    };
  }

  /** A file of the run, relative to the working folder. */
  #shown(name: string | null | undefined): string | null {
    return typeof name !== 'string' || this.#plan.out === undefined ? null : path.join(this.#plan.out.typed, name);
  }

  async #timed<T>(stage: string, run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await run();
    } finally {
      setOwn(this.timings, stage, Math.round((performance.now() - start) * 10) / 10);
    }
  }
}
