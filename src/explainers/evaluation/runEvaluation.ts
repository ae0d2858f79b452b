import path from 'node:path';
import type { EvaluatedImage, ResultFailure } from '../contracts/evaluation.ts';
import { type ErrorReport, errorReport, throwIfCancelled } from '../errors.ts';
import { removeUnfinished } from '../files/writeWhole.ts';
import { inOrder } from '../inOrder.ts';
import { append } from '../lists.ts';
import { isProcessEnd } from '../protocol/processEnd.ts';
import { PartJournal } from './journal.ts';
import { type Manifest, settingsKey } from './manifest.ts';
import { type Part, partName } from './partFiles.ts';
import { completePart, type ImageOutcome, partContents, partNotes } from './partNotes.ts';
import { ResultsFolder, unwritable } from './resultsFolder.ts';
import { type Shard, shardOf } from './shard.ts';

/** An image of an evaluation. */
export interface Item {
  /** Below the folder of the images, with forward slashes. */
  readonly name: string;
  /** What its maps are called: the name, safe for every file system. */
  readonly file: string;
}

export interface Evaluation {
  readonly folder: string;
  readonly manifest: Manifest;
  /** In the order of the manifest. */
  readonly items: readonly Item[];
  readonly shard: Shard;
  /** Go on with what an earlier process of this evaluation left. */
  readonly resume: boolean;
}

export interface EvaluationTools {
  /** How many images are evaluated at the same time. */
  readonly width: number;
  evaluate(item: Item, signal: AbortSignal): Promise<EvaluatedImage>;
  /** Where and how it runs, for the timings. */
  readonly place: object;
}

/** How far an evaluation is. */
export interface EvaluationProgress {
  readonly done: number;
  readonly of: number;
  /** Of those done, by earlier processes. */
  readonly resumed: number;
  readonly failed: number;
}

export interface EvaluationEnd extends EvaluationProgress {
  /** Why it ended early; it can be resumed. Null: it is complete. */
  readonly ended: ErrorReport | null;
}

/** Errors that concern the whole run; all others are recorded as the image's. */
const FATAL: readonly ErrorReport['kind'][] = ['usage', 'card', 'model'];
/** After this many images in a row that end the explainer process, the images are not the reason. */
const ENDS_IN_A_ROW = 3;

/** A part that is not complete, with what is known of it. */
interface OpenPart extends Part {
  readonly images: readonly Item[];
  readonly journal: PartJournal;
  readonly outcomes: Map<string, ImageOutcome>;
}

/**
 * Evaluates the images of a shard and writes a part for every so many. Ends early, without an error, when it is stopped
 * or when the disk is full: what is done is kept.
 * @throws ExplainError `usage` for a folder that cannot be used
 */
export async function runEvaluation(
  evaluation: Evaluation,
  tools: EvaluationTools,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress?: (at: EvaluationProgress) => void },
): Promise<EvaluationEnd> {
  const { manifest, shard } = evaluation;
  const folder = await ResultsFolder.open(evaluation.folder, manifest, shard, evaluation.resume);
  const run = new Run(folder, evaluation, tools, onProgress ?? (() => {}));
  try {
    await run.go(signal);
    return { ...run.progress, ended: null };
  } catch (thrown) {
    return { ...run.progress, ended: errorReport(thrown) };
  }
}

class Run {
  readonly #folder: ResultsFolder;
  readonly #tools: EvaluationTools;
  readonly #manifest: Manifest;
  readonly #settings: string;
  readonly #shard: Shard;
  readonly #items: readonly Item[];
  readonly #report: (at: EvaluationProgress) => void;
  /** Images in a row whose process ended. */
  #ends = 0;
  progress: EvaluationProgress;

  constructor(
    folder: ResultsFolder,
    { manifest, items, shard }: Evaluation,
    tools: EvaluationTools,
    report: (at: EvaluationProgress) => void,
  ) {
    this.#folder = folder;
    this.#tools = tools;
    this.#manifest = manifest;
    this.#settings = settingsKey(manifest);
    this.#shard = shard;
    this.#items = shard.shards === 1 ? items : items.filter(({ name }) => shardOf(name, shard.shards) === shard.shard);
    this.#report = report;
    this.progress = { done: 0, of: this.#items.length, resumed: 0, failed: 0 };
  }

  async go(signal: AbortSignal): Promise<void> {
    const { shard, shards } = this.#shard;
    await this.#folder.time({ run: { ...this.#tools.place, shard, shards, images: this.#items.length } });
    const parts = await this.#openParts(signal);
    this.#report(this.progress);
    const todo = parts.flatMap((part) =>
      part.images.filter(({ name }) => !part.outcomes.has(name)).map((item) => ({ part, item })),
    );
    const job = (i: number, over: AbortSignal) => this.#one(todo[i]!.part, todo[i]!.item, over);
    const results = inOrder(todo.length, this.#tools.width, job, signal);
    let next = 0;
    try {
      for (const part of parts) {
        for (; todo[next]?.part === part; next++) await results.next();
        await this.#finish(part);
      }
    } finally {
      await results.return(undefined);
      for (const { journal } of parts) await journal.close();
    }
    await this.#folder.putFailures(await this.#failures());
    // What killed processes left. Those of other shards may still be writing.
    if (shards > 1) return;
    const maps = this.#manifest.maps ? this.#items.map(({ file }) => path.posix.dirname(`maps/${file}`)) : [];
    for (const folder of new Set(['.', ...maps])) await removeUnfinished(this.#folder.at(folder));
  }

  /** The parts that are not complete. */
  async #openParts(signal: AbortSignal): Promise<readonly OpenPart[]> {
    const open: OpenPart[] = [];
    for (const part of this.#parts()) {
      throwIfCancelled(signal);
      const images = this.#imagesOf(part);
      const complete = await completePart(this.#folder.path, part, namesOf(images), this.#known);
      const journal = new PartJournal(this.#folder.path, partName('part', part), this.#settings);
      if (complete) {
        await journal.remove();
        this.#advance(images.length, complete.failures.filter(({ method }) => method === null).length, true);
        continue;
      }
      const outcomes = await journal.read(new Set(namesOf(images)));
      this.#advance(outcomes.size, [...outcomes.values()].filter(isFailure).length, true);
      open.push({ ...part, images, journal, outcomes });
    }
    return open;
  }

  async #one({ journal, outcomes }: OpenPart, item: Item, signal: AbortSignal): Promise<void> {
    const start = performance.now();
    const { outcome, maps, timings } = await this.#outcomeOf(item, signal);
    if (maps) await this.#folder.put(`maps/${item.file}.npz`, maps);
    // As the journal returns it: an interrupted run and one in one go have the same numbers.
    outcomes.set(item.name, JSON.parse(JSON.stringify(outcome)) as ImageOutcome);
    try {
      await journal.add(item.name, outcome);
    } catch (thrown) {
      throw unwritable(thrown, this.#folder.path);
    }
    const milliseconds = Math.round((performance.now() - start) * 10) / 10;
    await this.#folder.time({ image: item.name, milliseconds, ...(timings && { stages: timings }) });
    this.#advance(1, isFailure(outcome) ? 1 : 0, false);
    this.#report(this.progress);
  }

  async #outcomeOf(
    item: Item,
    signal: AbortSignal,
  ): Promise<{ outcome: ImageOutcome; maps: Uint8Array | null; timings: EvaluatedImage['timings'] | null }> {
    throwIfCancelled(signal);
    try {
      const { maps, timings, ...outcome } = await this.#tools.evaluate(item, signal);
      this.#ends = 0;
      return { outcome, maps, timings };
    } catch (thrown) {
      const error = errorReport(thrown);
      throwIfCancelled(signal);
      this.#ends = isProcessEnd(error) ? this.#ends + 1 : 0;
      if (error.kind === 'cancelled' || FATAL.includes(error.kind) || this.#ends >= ENDS_IN_A_ROW) throw thrown;
      return { outcome: { image: item.name, method: null, index: null, error }, maps: null, timings: null };
    }
  }

  async #finish({ images, journal, outcomes, ...part }: OpenPart): Promise<void> {
    const names = namesOf(images);
    // Another process of the same shard may have been faster.
    if (!(await completePart(this.#folder.path, part, names, this.#known)))
      for (const [name, bytes] of partContents(part, names, outcomes, this.#known)) await this.#folder.put(name, bytes);
    await journal.remove();
    outcomes.clear();
  }

  async #failures(): Promise<readonly ResultFailure[]> {
    const failures: ResultFailure[] = [];
    for (const part of this.#parts())
      append(failures, (await partNotes(this.#folder.at(partName('part', part))))?.failures ?? []);
    return failures;
  }

  #parts(): readonly Part[] {
    const { shard, shards } = this.#shard;
    const count = Math.ceil(this.#items.length / this.#manifest.partImages);
    return Array.from({ length: count }, (_, number) => ({ shard, shards, number }));
  }

  #imagesOf({ number }: Part): readonly Item[] {
    const { partImages } = this.#manifest;
    return this.#items.slice(number * partImages, (number + 1) * partImages);
  }

  get #known() {
    return { settings: this.#settings, metrics: this.#manifest.metrics };
  }

  #advance(done: number, failed: number, resumed: boolean): void {
    const at = this.progress;
    this.progress = {
      ...at,
      done: at.done + done,
      failed: at.failed + failed,
      resumed: at.resumed + (resumed ? done : 0),
    };
  }
}

const namesOf = (items: readonly Item[]) => items.map(({ name }) => name);
const isFailure = (outcome: ImageOutcome): outcome is ResultFailure => 'error' in outcome;
