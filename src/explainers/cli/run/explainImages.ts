import type { Measurement, Progress } from '../../contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../../errors.ts';
import { append } from '../../lists.ts';
import { written } from '../../unseen.ts';
import { screenOf } from '../door.ts';
import { parseAgainst } from '../flags/against.ts';
import { unmatchedLabels } from '../flags/agreementFlags.ts';
import { assessedIds, planAssessment } from '../flags/assessFlags.ts';
import { numberedClasses, parseClasses } from '../flags/classes.ts';
import { planMethods, planRun, type RunPlan } from '../flags/explainFlags.ts';
import type { Arguments } from '../flags/flags.ts';
import { findImages } from '../flags/imageFiles.ts';
import { checkInputs } from '../flags/inputFlags.ts';
import { modelOf } from '../flags/nearModel.ts';
import { sessionOptions } from '../flags/runFlags.ts';
import { planSources } from '../flags/sourceFlags.ts';
import { imagePage } from '../pages/imagePage.ts';
import { type ImageResult, imageLine } from '../results/imageLine.ts';
import { RunFolder } from '../results/runFolder.ts';
import { measurementsOf, summaryPage, summaryTable } from '../results/summary.ts';
import { sentence } from '../sentence.ts';
import { type Door, EXIT } from '../verb.ts';
import { compileFirst } from './compileFirst.ts';
import { describeModel } from './describeModel.ts';
import { ImageRun } from './imageRun.ts';
import { ImageTime } from './imageTime.ts';
import { Matched } from './matched.ts';
import { ProgressLine } from './progressLine.ts';
import { runnable } from './runnable.ts';
import { sayGuesses } from './sayGuesses.ts';
import { atTuned, tuneRun } from './tuneRun.ts';

/** The run of `explain` and of `agree`, which needs annotations. One JSON line per image, whatever happens to it. */
export async function explainImages(verb: 'explain' | 'agree', args: Arguments, terminal: Door): Promise<number> {
  const images = await findImages(args.positionals, terminal.cwd);
  const paths = images.map((image) => image.path);
  const model = modelOf(args, verb, paths, terminal);
  const options = planRun(args, terminal.cwd);
  const screen = screenOf(args, terminal);
  const time = new ImageTime(args, terminal.signal);
  const printResult = (result: ImageResult) =>
    screen ? terminal.page(imagePage(result, screen.columns)) : terminal.stdout(imageLine(result));
  const print = (run: ImageRun, error: ErrorReport | null) => printResult(run.result(error));
  const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
  const line = new ProgressLine(terminal);
  const held: { readonly run: ImageRun; readonly error: ErrorReport | null }[] = [];
  let failed = 0;
  let someIdle = false;
  let full: ErrorReport | null = null;
  let nothing: ErrorReport | null = null;
  let folder: RunFolder | null = null;
  try {
    const call = { signal: terminal.signal };
    const described = await describeModel(session, { model, hash: true }, call);
    if ('ended' in described) {
      for (const { name } of images) {
        if (!screen) terminal.stderr(`${written(name)}: ${sentence(described.ended)}\n`);
        printResult({ image: name, scores: [], error: described.ended });
      }
      return EXIT.someFailed;
    }
    const { description } = described;
    const metrics = assessedIds(args, session.catalogue().assessments);
    const asked = planMethods(args, description, { ...options, metrics });
    const assess = planAssessment(args, session, asked.length);
    if (paths[0]) await checkInputs(session, { model, image: paths[0], ...options.given }, call);
    const choices = parseClasses(args.all('class'), description);
    const shares = planSources(args, description);
    const against = parseAgainst(args.all('against'), description);
    // If the engine cannot run the model, that is the error to report, not which of its layers are missing.
    await compileFirst(session, { model }, call);
    const { methods, idle } = await runnable(session, { model, ...comparisonOf(against) }, asked, call);
    const plan: RunPlan = { ...options, methods, assess, against, shares };
    if (idle.length > 0) someIdle = true;
    for (const { id, error } of idle) terminal.stderr(`${id} cannot run: ${sentence(error)}\n`);
    for (const method of args.all('method').includes('all') ? description.methods : []) {
      if (method.unavailable) terminal.stderr(`${method.title} cannot run: ${sentence(method.unavailable)}\n`);
    }
    const sourced = plan.sources !== undefined || description.card.annotations.length > 0;
    if (verb === 'agree' && !sourced) throw noAnnotations();
    const survey = { model, sources: plan.sources, images: paths };
    const matched = sourced ? await Matched.open(session, survey, verb === 'agree', call) : null;
    const unused = unmatchedLabels(plan.agreement, description);
    if (unused.length > 0) terminal.stderr(`No class has these thresholds: ${unused.join(', ')}.\n`);
    sayGuesses(description.card, terminal);
    for (const note of numberedClasses(args.all('class'), description)) terminal.stderr(`${note}\n`);
    for (const note of description.notes) terminal.stderr(`${note}\n`);
    folder = plan.out === undefined ? null : await RunFolder.create(plan.out.path, images, description, plan);
    const measurements: Measurement[] = [];
    for (const [i, image] of images.entries()) {
      line.show(image.name, i + 1, images.length);
      const run = new ImageRun(session, description, model, plan, image);
      const onProgress = (progress: Progress) => line.show(image.name, i + 1, images.length, progress);
      let error: ErrorReport | null = full && diskFull(image.path);
      try {
        if (!error) {
          await time.within((signal) => run.explain(choices, { signal, onProgress }));
          await folder?.write(run, session);
        }
      } catch (thrown) {
        error = time.failure(thrown, image.path);
        if (folder?.full) full = error;
      }
      if (error) folder?.fail(image, error);
      if (error || run.failures.length > 0) failed++;
      if (plan.agreement.tuned) {
        // The numbers are printed after all images were seen; until then the maps are too large to keep.
        run.release();
        held.push({ run, error });
      } else if (!error) append(measurements, measurementsOf(run));
      line.clear();
      if (!error) matched?.add(run);
      for (const message of run.messages) terminal.stderr(`${written(image.name)}: ${written(message)}\n`);
      // A page contains the error itself.
      if (error && !screen) terminal.stderr(`${written(image.name)}: ${sentence(error)}\n`);
      if (!plan.agreement.tuned) print(run, error);
    }
    const tuned = tuneRun(held.flatMap(({ run }) => run.sweep ?? []));
    for (const { run, error } of held) {
      if (run.sweep) run.agreement = atTuned(run.agreement, run.sweep, tuned);
      if (!error) append(measurements, measurementsOf(run));
      print(run, error);
    }
    for (const { method, label, threshold, images: n } of tuned) {
      terminal.stderr(`Tuned on these images: ${method} of ${label} above ${threshold} (${n} with an IoU).\n`);
    }
    const rows =
      images.length > 1 && (verb === 'agree' || metrics.length > 0)
        ? session
            .summaries({ measurements, seed: plan.seed })
            .map((row) => ({ ...row, label: description.card.labels[row.index]! }))
        : [];
    if (rows.length > 0) terminal.stderr(screen ? summaryPage(rows, metrics, screen.columns) : summaryTable(rows));
    if (full) await folder?.cutShort(full);
    else await folder?.finish(rows, tuned);
    folder?.close();
    folder = null;
    line.clear();
    for (const message of matched?.messages() ?? []) terminal.stderr(`${written(message)}\n`);
    const unmatched = matched?.nothing() ?? null;
    if (unmatched) terminal.stderr(`${sentence(unmatched)}\n`);
    // The maps of explain are there all the same.
    nothing = verb === 'agree' ? unmatched : null;
  } catch (thrown) {
    await folder?.cutShort(errorReport(thrown)).catch(() => {}); // the first error is the one to report
    throw thrown;
  } finally {
    folder?.close();
    line.clear();
    await session.dispose();
  }
  return full || nothing ? EXIT.usage : failed > 0 || someIdle ? EXIT.someFailed : EXIT.done;
}

/** Any comparison, if there is to be one: which methods can compare does not depend on the classes. */
const comparisonOf = (plan: RunPlan['against']) => (plan === undefined ? {} : { against: 'rest' as const });

/** For an image that comes after the one at which the disk was full. */
function diskFull(image: string): ErrorReport {
  return {
    kind: 'usage',
    message: 'The image was not explained because the disk was already full.',
    subject: image,
    next: 'Free space, or choose another folder with --out.',
  };
}

function noAnnotations(): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: 'agree needs annotations, but neither the command nor the model card names any.',
    subject: '--annotations',
    next: 'Add --annotations PATH, or "annotations" to the card.',
  });
}
