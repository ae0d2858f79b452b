import { hostname } from 'node:os';
import path from 'node:path';
import type { EvaluateRequest } from '../../contracts/evaluation.ts';
import type { ModelDescription } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { type EvaluationEnd, type EvaluationProgress, runEvaluation } from '../../evaluation/runEvaluation.ts';
import { givenShard } from '../../evaluation/shard.ts';
import { Rate } from '../../labelCheck/rate.ts';
import type { Session } from '../../session.ts';
import { written } from '../../unseen.ts';
import { screenOf } from '../door.ts';
import { optionsFor, unmatchedLabels } from '../flags/agreementFlags.ts';
import { assessedIds, planAssessment } from '../flags/assessFlags.ts';
import { numberedClasses, parseClasses } from '../flags/classes.ts';
import { refuseForMany } from '../flags/evaluateFlags.ts';
import { planMethods, planRun } from '../flags/explainFlags.ts';
import type { Arguments } from '../flags/flags.ts';
import { checkInputs } from '../flags/inputFlags.ts';
import { manyImages } from '../flags/manyImages.ts';
import { modelOf, near } from '../flags/nearModel.ts';
import { integer, sessionOptions } from '../flags/runFlags.ts';
import { imageNames } from '../results/fileNames.ts';
import { sentence } from '../sentence.ts';
import { type Door, EXIT } from '../verb.ts';
import { compileFirst } from './compileFirst.ts';
import { describeModel } from './describeModel.ts';
import { evaluationManifest } from './evaluationManifest.ts';
import { Evaluators } from './evaluators.ts';
import { ImageTime } from './imageTime.ts';
import { Matched } from './matched.ts';
import { ProgressLine } from './progressLine.ts';
import { runnable } from './runnable.ts';
import { sayGuesses } from './sayGuesses.ts';
import { cores, workersFor } from './workers.ts';

const PART_IMAGES = 512;
/** Milliseconds between two lines about the progress, if stderr is no terminal. */
const PAUSE = 30_000;

/** The run of `evaluate`. */
export async function evaluateImages(args: Arguments, terminal: Door): Promise<number> {
  refuseForMany(args);
  const { cwd, signal } = terminal;
  const shard = givenShard(
    {
      ...(args.has('shard') && { shard: args.one('shard')! }),
      ...(args.has('shards') && { shards: args.one('shards')! }),
    },
    process.env,
  );
  const images = await manyImages(args.all('images'), cwd);
  const paths = images.images.map((image) => image.path);
  const model = modelOf(args, 'evaluate', [images.folder], terminal);
  const options = planRun(args, cwd);
  const screen = screenOf(args, terminal);
  const partImages = args.has('part-images') ? integer('--part-images', args.one('part-images')!, 1) : PART_IMAGES;
  const workers = args.has('workers') ? integer('--workers', args.one('workers')!, 1) : undefined;
  const out = path.resolve(cwd, args.one('out')!);
  const call = { signal };
  const open = (threads: number) => terminal.open({ threads, ...sessionOptions(args), named: [cwd] });
  // As most evaluations have one process per core, of which each needs one thread.
  let session = open(1);
  let evaluators: Evaluators | undefined;
  const line = new ProgressLine(terminal);
  try {
    const described = await describeModel(session, { model, hash: true }, call);
    if ('ended' in described) throw new ExplainError(described.ended);
    const { description } = described;
    const ids = assessedIds(args, session.catalogue().assessments);
    const asked = planMethods(args, description, { ...options, metrics: ids });
    const assess = planAssessment(args, session, asked.length);
    await checkInputs(session, { model, image: paths[0]!, ...options.given }, call);
    const classes = parseClasses(args.all('class'), description);
    await compileFirst(session, { model }, call);
    const { methods: runs, idle } = await runnable(session, { model }, asked, call);
    for (const { id, error } of idle) terminal.stderr(`${id} cannot run: ${sentence(error)}\n`);
    const annotations = await surveyed(session, model, options.sources, paths, description, call);
    const unused = unmatchedLabels(options.agreement, description);
    if (unused.length > 0) terminal.stderr(`No class has these thresholds: ${unused.join(', ')}.\n`);
    sayGuesses(description.card, terminal);
    for (const note of [
      ...numberedClasses(args.all('class'), description),
      ...description.notes,
      ...annotations.messages,
    ])
      terminal.stderr(`${written(note)}\n`);
    const methods: EvaluateRequest['methods'][number][] = [];
    for (const { id } of runs) {
      const { parameters: given } = asked.find((each) => each.id === id)!;
      const parameters = await session.resolve({ model, method: id, parameters: given, classes: [] }, call);
      methods.push({ id, parameters, agreement: optionsFor(options.agreement, id, description) });
    }
    const planned = { description, model, plan: { ...options, assess }, methods, classes, images, annotations: annotations.files, maps: args.has('maps'), partImages }; // biome-ignore format: one line
    const manifest = await evaluationManifest(planned, session, args, cwd);
    const count = workers ?? (await workersFor(description));
    const threads = Math.max(1, Math.floor((await cores()) / count));
    if (threads > 1) {
      await session.dispose();
      session = open(threads);
    }
    evaluators = new Evaluators(session, count, () => open(threads), new ImageTime(args, signal));
    const files = imageNames(images.images, images.folder);
    const pathOf = new Map(images.images.map((image) => [image.name, image.path]));
    const items = images.images.map(({ name, path: file }) => ({ name, file: files.get(file)! }));
    if (shard.from !== null) terminal.stderr(`Shard ${shard.shard} of ${shard.shards}, by ${written(shard.from)}.\n`);
    const base = { model, ...options.given, ...(options.sources && { sources: options.sources }), classes, methods, assess: assess.metrics, compare: assess.compare, seed: options.seed, maps: planned.maps }; // biome-ignore format: one line
    const pool = evaluators;
    const end = await runEvaluation(
      { folder: out, manifest, items, shard, resume: args.has('resume') },
      {
        width: pool.width,
        evaluate: ({ name }, over) => pool.evaluate({ ...base, name, image: pathOf.get(name)! }, over),
        place: placeOf(count),
      },
      { signal, onProgress: progressOf(terminal, line) },
    );
    line.clear();
    return said(end, near(out, cwd), terminal, screen !== null);
  } finally {
    line.clear();
    if (evaluators) await evaluators.dispose();
    else await session.dispose();
  }
}

/** The annotation files that the command or the card names, and what is wrong with them. */
async function surveyed(
  session: Session,
  model: string,
  sources: Parameters<Session['annotationFiles']>[0]['sources'],
  images: readonly string[],
  { card }: ModelDescription,
  call: Parameters<Session['annotationFiles']>[1],
) {
  if (sources === undefined && card.annotations.length === 0)
    return { files: null, messages: ['No annotation files are named, so those around each image count.'] };
  const matched = await Matched.open(session, { model, sources, images }, sources !== undefined, call);
  return { files: matched.files, messages: matched.messages() };
}

function placeOf(workers: number): object {
  return {
    began: new Date().toISOString(),
    host: hostname(),
    process: process.pid,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    workers,
  };
}

/** The rate and the time left: a line that is rewritten, or a new one from time to time. */
function progressOf(terminal: Door, line: ProgressLine): (at: EvaluationProgress) => void {
  const rate = new Rate();
  let next = performance.now() + PAUSE;
  return ({ done, of, resumed, failed }) => {
    const now = performance.now();
    const pace = rate.at(now, done - resumed, of - done);
    const text = `${done} of ${of} images${failed > 0 ? `, ${failed} failed` : ''}${pace}`;
    line.report(text, of === 0 ? null : done / of);
    terminal.tell?.({ done, of, text });
    if (terminal.interactive || now < next) return;
    next = now + PAUSE;
    terminal.stderr(`${text}\n`);
  };
}

/** Says how it ended, and gives the exit code. */
function said(end: EvaluationEnd, out: string, terminal: Door, isPage: boolean): number {
  const { done, of, resumed, failed, ended } = end;
  if (!isPage) terminal.stdout(`${JSON.stringify({ out, images: of, done, resumed, failed, error: ended })}\n`);
  const before = resumed > 0 ? `, ${resumed} of them before` : '';
  const text = `${done} of ${of} images evaluated${before}${failed > 0 ? `; ${failed} failed, see failures.jsonl` : ''}: ${out}`;
  if (isPage) terminal.page(`${text}\n`);
  else terminal.stderr(`${written(text)}\n`);
  if (ended) {
    terminal.stderr(ended.kind === 'cancelled' ? 'Stopped.\n' : `${sentence(ended)}\n`);
    terminal.stderr('It ended early; the same command with --resume computes the rest.\n');
    return EXIT.endedEarly;
  }
  return failed > 0 ? EXIT.someFailed : EXIT.done;
}
