import path from 'node:path';
import { LABEL_EXPORTS, type LabelExport } from '../contracts/labels/labelExport.ts';
import { isUnlikely, leastScores } from '../contracts/labels/leastScore.ts';
import type { CheckResult, Finding, FindingKind, FindingKindInfo } from '../contracts/results.ts';
import { ExplainError } from '../errors.ts';
import { greatest } from '../lists.ts';
import { written } from '../unseen.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { ANNOTATION_FLAGS, annotationSources } from './flags/annotationFlags.ts';
import type { Arguments } from './flags/flags.ts';
import { checkInputs, givenInputs, INPUT_FLAG } from './flags/inputFlags.ts';
import { modelOf, near } from './flags/nearModel.ts';
import { ENGINE_FLAGS, integer, MODEL_FLAG, oneOf, sessionOptions, TIME_FLAG } from './flags/runFlags.ts';
import { findingsPage } from './pages/findingsPage.ts';
import { ImageTime } from './run/imageTime.ts';
import { ProgressLine } from './run/progressLine.ts';
import { sayGuesses } from './run/sayGuesses.ts';
import { type Door, defineVerb, EXIT } from './verb.ts';

/** Skipped images and problems are named on stderr up to this number, and then only counted. */
const LISTED = 20;
/** Pairs of classes that are named. */
const CONFUSED = 5;
/** Annotation files that are named of those left out. */
const LEFT_OUT = 5;

export const check = defineVerb({
  name: 'check',
  usage: '--annotations PATH… [--model CARD] [--predictions FILE]',
  about: 'Finds labels that look wrong, most suspicious first, with their lines in the annotation files.',
  flags: {
    ...MODEL_FLAG,
    ...INPUT_FLAG,
    annotations: {
      value: 'PATH',
      multiple: true,
      list: { is: () => true },
      about: 'annotation files, folders or globs (default: those of the card, else those around the images)',
    },
    ...ANNOTATION_FLAGS,
    images: {
      value: 'PATH',
      multiple: true,
      list: { is: () => true },
      about: 'images, or folders of images (default: those that the annotation files name)',
    },
    predictions: {
      value: 'FILE',
      about:
        'probabilities made elsewhere (CSV, Parquet, .npy), by images that the model had not seen: instead of a model, or with it',
    },
    journal: {
      value: 'FILE',
      about: 'keeps the model’s output for each image, so that an interrupted run can continue',
    },
    kind: {
      value: 'KIND[,KIND]',
      multiple: true,
      list: { is: () => true },
      about: 'which kinds of findings (default: all)',
    },
    'all-annotations': {
      about: 'also reads the annotation files in folders of --images that the card’s annotations leave out',
    },
    unlikely: {
      about: 'also prints findings whose score is less than a twentieth of what one in ten of their kind has',
    },
    export: {
      value: 'KIND=PATH',
      multiple: true,
      list: { is: (value) => value.includes('=') },
      about:
        'also writes the findings and labels: corrected=FOLDER, coco=FILE, csv=FILE, labelStudio=FILE, fiftyone=FILE',
    },
    limit: { value: 'N', about: 'prints the first N findings only' },
    all: { about: 'also prints findings with a verdict, after the open ones' },
    seed: { value: 'N', about: 'seed of all randomness (default 0)' },
    ...ENGINE_FLAGS,
    ...TIME_FLAG,
    ...OUTPUT_FLAGS,
  },
  async run(args, terminal) {
    refusePositionals(args);
    const absolute = (paths: readonly string[]) => paths.map((each) => path.resolve(terminal.cwd, each));
    const [annotations, images] = [absolute(args.all('annotations')), absolute(args.all('images'))];
    const sources = annotationSources(args, terminal.cwd);
    const places = images.length > 0 ? images : annotations.length > 0 ? annotations : [terminal.cwd];
    const predictions = args.has('predictions') ? absolute([args.one('predictions')!])[0]! : undefined;
    // Predictions need no model, so none is looked for.
    const alone = predictions !== undefined && !args.has('model');
    const model = alone ? undefined : modelOf(args, 'check', places, terminal);
    const limit = args.has('limit') ? integer('--limit', args.one('limit')!, 0) : Number.POSITIVE_INFINITY;
    const exports = exportsOf(args, terminal.cwd);
    const screen = screenOf(args, terminal);
    const given = givenInputs(args);
    const { limit: imageLimit } = new ImageTime(args, terminal.signal);
    const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
    const line = new ProgressLine(terminal);
    try {
      const kinds = kindsOf(args, session.catalogue().findingKinds);
      // Given values do not depend on the image.
      if (model !== undefined) {
        await checkInputs(session, { model, image: places[0]!, ...given }, { signal: terminal.signal });
        sayGuesses((await session.describe({ model }, { signal: terminal.signal })).card, terminal);
        await sayLeftOut(session, { model, images }, args, terminal);
      }
      const result = await session.checkLabels(
        {
          ...(model !== undefined && { model }),
          ...(predictions !== undefined && { predictions }),
          ...given,
          ...(sources && { sources }),
          ...(images.length > 0 && { images }),
          ...(args.has('all-annotations') && { everyAnnotation: true }),
          ...(args.has('journal') && { journal: absolute([args.one('journal')!])[0]! }),
          kinds: kinds.map(({ id }) => id),
          seed: args.has('seed') ? integer('--seed', args.one('seed')!, 0) : 0,
        },
        {
          signal: terminal.signal,
          ...(imageLimit !== undefined && { imageLimit }),
          onProgress: ({ message, fraction }) => line.report(message, fraction),
        },
      );
      line.clear();
      const least = args.has('unlikely') ? new Map() : leastScores(result.findings);
      const unjudged = result.findings.filter(({ verdict }) => verdict === null);
      const open = unjudged.filter((finding) => !isUnlikely(finding, least));
      const reviewed = result.findings.filter(({ verdict }) => verdict !== null);
      const shown = args.has('all') ? [...open, ...reviewed] : open;
      const printedOnes = shown.slice(0, limit).map((finding) => printed(finding, terminal.cwd));
      if (screen)
        terminal.page(findingsPage(printedOnes, kinds, screen.columns, args.has('limit') ? limit : undefined));
      else for (const finding of printedOnes) terminal.stdout(`${JSON.stringify(finding)}\n`);
      summarise(result, kinds, terminal);
      const hidden = unjudged.length - open.length;
      if (hidden > 0)
        terminal.stderr(
          `${hidden} finding${hidden === 1 ? ' is' : 's are'} not printed, because ${hidden === 1 ? 'its score is' : 'their scores are'} far below the others of ${hidden === 1 ? 'its' : 'their'} kind; --unlikely prints all.\n`,
        );
      for (const { as, out } of exports) {
        const labels = result.summary.classes.map(({ label }) => label);
        const request = {
          ...(model === undefined ? { labels } : { model }),
          findings: result.findings,
          ...(sources && { sources }),
          as,
          out,
        };
        const { files, problems } = await session.exportLabels(request, { signal: terminal.signal });
        for (const each of problems) terminal.stderr(`${written(each)}\n`);
        const names = files.map((file) => written(near(file, terminal.cwd))).join(', ');
        terminal.stderr(files.length > 0 ? `Written as ${as}: ${names}\n` : `Nothing to write as ${as}.\n`);
      }
      if (result.images === 0) {
        terminal.stderr(`Nothing was checked because ${whyNothing(result, annotations, terminal.cwd)}\n`);
        return EXIT.usage;
      }
      return result.skipped.length > 0 ? EXIT.someFailed : EXIT.done;
    } finally {
      line.clear();
      await session.dispose();
    }
  },
});

interface Exported {
  readonly as: LabelExport;
  readonly out: string;
}

/** Throws `usage` for an unknown kind. */
function exportsOf(args: Arguments, cwd: string): readonly Exported[] {
  const exports = args.all('export').map((value) => {
    const at = value.indexOf('=');
    const as = oneOf('--export', value.slice(0, at), LABEL_EXPORTS) as LabelExport;
    return { as, out: path.resolve(cwd, value.slice(at + 1)) };
  });
  return exports;
}

/** Which annotation files of the images' folders the card's `annotations` leave out, before anything is checked. */
async function sayLeftOut(
  session: ReturnType<Door['open']>,
  request: { readonly model: string; readonly images: readonly string[] },
  args: Arguments,
  terminal: Door,
): Promise<void> {
  if (args.has('annotations') || args.has('all-annotations') || request.images.length === 0) return;
  const { files } = await session.annotationsLeftOut(request, { signal: terminal.signal });
  if (files.length === 0) return;
  const named = files.slice(0, LEFT_OUT).map((file) => written(near(file, terminal.cwd)));
  const names = `${named.join(', ')}${files.length > LEFT_OUT ? ', …' : ''}`;
  terminal.stderr(
    `The model card’s annotations leave out ${files.length} annotation file${files.length === 1 ? '' : 's'} of the images’ folders: ${names}. --all-annotations reads them too.\n`,
  );
}

function whyNothing({ skipped, problems }: CheckResult, annotations: readonly string[], cwd: string): string {
  if (skipped.length > 0) return 'none of the images could be checked; each is named above.';
  if (annotations.length === 0)
    return (
      'no annotation file that lists an image was found next to the images, in the folder above, or in a folder ' +
      'called annotations, labels or masks in either.\n  Name the files with --annotations, or under "annotations" in the model card.'
    );
  const named = annotations.map((file) => written(near(file, cwd))).join(', ');
  const why =
    problems.length > 0 ? '; the problems are reported above' : ', or those that are there are in none of them';
  return `none of the images of the annotation files (${named}) was found${why}.\n  Name the images with --images, or other files with --annotations.`;
}

function refusePositionals({ positionals: [first] }: Arguments): void {
  if (first === undefined) return;
  throw new ExplainError({
    kind: 'usage',
    message: `check does not know what '${first}' is for.`,
    subject: first,
    next: 'Write --annotations or --images before each path; put a glob in quotes.',
  });
}

function kindsOf(args: Arguments, known: readonly FindingKindInfo[]): readonly FindingKindInfo[] {
  const asked = args.all('kind').flatMap((value) => value.split(',').map((id) => id.trim()));
  const ids = known.map(({ id }) => id);
  for (const id of asked) oneOf('--kind', id, ids);
  return asked.length === 0 ? known : known.filter(({ id }) => asked.includes(id));
}

/** Paths below the working folder, relative to it. */
function printed(finding: Finding, cwd: string): Finding {
  const places = finding.places.map((place) => ({ ...place, file: near(place.file, cwd) }));
  return { ...finding, image: near(finding.image, cwd), file: near(finding.file, cwd), places };
}

/** The number and meaning of the findings of each kind, what was left out, and how the evidence was computed. */
function summarise(result: CheckResult, kinds: readonly FindingKindInfo[], terminal: Door): void {
  const { images, resumed, skipped, problems, notes, findings } = result;
  const say = (text: string) => terminal.stderr(`${text}\n`);
  const list = (lines: readonly string[]) => {
    for (const each of lines.slice(0, LISTED)) say(written(each));
    if (lines.length > LISTED) say(`and ${lines.length - LISTED} more like these.`);
  };
  list(skipped.map(({ image, reason }) => `${image}: ${reason}`));
  list(problems);
  list(notes);
  say(
    `${images} image${images === 1 ? '' : 's'} checked${resumed > 0 ? `, ${resumed} of them from the journal` : ''}.`,
  );
  sayImages(result, terminal);
  const width = greatest(kinds.map(({ id }) => id.length));
  for (const { id, definition } of kinds) {
    const [open, reviewed] = counts(findings, id);
    const count = `${open} open${reviewed > 0 ? `, ${reviewed} reviewed` : ''}`;
    say(`  ${id.padEnd(width)}  ${count}\n  ${' '.repeat(width)}  ${definition}`);
  }
}

/** Images that are there more than once, those that fit no class, and classes that are confused. */
function sayImages({ alike, summary: { confused, unfit } }: CheckResult, terminal: Door): void {
  const say = (text: string) => terminal.stderr(`${written(text)}\n`);
  const named = (path: string) => near(path, terminal.cwd);
  for (const { equal, images, labelsDiffer, splitsDiffer } of alike.slice(0, LISTED)) {
    const each = images.map(({ image, labels }) => `${named(image)} (${labels.join(', ') || 'no label'})`);
    const why = `${labelsDiffer ? ' with different labels' : ''}${splitsDiffer ? ' in different splits' : ''}`;
    say(`${equal ? 'Equal' : 'Nearly equal'} images${why}: ${each.join(', ')}`);
  }
  if (alike.length > LISTED) say(`and ${alike.length - LISTED} more groups of equal or nearly equal images.`);
  for (const { image, fit } of unfit.slice(0, LISTED))
    say(
      `${named(image)} fits no class: its best score is ${(100 * fit).toFixed(0)} % of what that class’s images have.`,
    );
  if (confused.length > 0) {
    const pairs = confused.slice(0, CONFUSED).map(({ label, instead, images }) => `${label} → ${instead} (${images})`);
    say(`Most often predicted as another class: ${pairs.join(', ')}`);
  }
}

function counts(findings: readonly Finding[], kind: FindingKind): readonly [open: number, reviewed: number] {
  const own = findings.filter((finding) => finding.kind === kind);
  const open = own.filter(({ verdict }) => verdict === null).length;
  return [open, own.length - open];
}
