import path from 'node:path';
import { ExplainError } from '../errors.ts';
import type { CheckResult, Finding, FindingKind, FindingKindInfo } from '../results.ts';
import { Session } from '../session.ts';
import type { Arguments } from './flags.ts';
import { ProgressLine } from './progressLine.ts';
import { ENGINE_FLAGS, integer, MODEL_FLAG, modelOf, oneOf, sessionOptions } from './runFlags.ts';
import { defineVerb, EXIT, type Terminal } from './verb.ts';

/** Skipped images and problems that are named on stderr before they are only counted. */
const LISTED = 20;

export const check = defineVerb({
  name: 'check',
  usage: '--annotations PATH… --model CARD',
  about: 'Finds labels that look wrong, most suspicious first.',
  flags: {
    ...MODEL_FLAG,
    annotations: {
      value: 'PATH',
      multiple: true,
      about: 'annotation files, folders or globs (default: those of the card, else those around the images)',
    },
    images: {
      value: 'PATH',
      multiple: true,
      about: 'images, or folders of images (default: those that the annotation files name)',
    },
    journal: {
      value: 'FILE',
      about: 'keeps what the model said of each image: a run that was cut short goes on there',
    },
    kind: { value: 'KIND[,KIND]', multiple: true, about: 'which kinds of findings (default: all)' },
    limit: { value: 'N', about: 'prints the first N findings only' },
    all: { about: 'prints findings with a verdict too, after the open ones' },
    seed: { value: 'N', about: 'seed of everything random (default 0)' },
    ...ENGINE_FLAGS,
  },
  async run(args, terminal) {
    const model = path.resolve(terminal.cwd, modelOf(args, 'check'));
    refusePositionals(args);
    const absolute = (paths: readonly string[]) => paths.map((each) => path.resolve(terminal.cwd, each));
    const [annotations, images] = [absolute(args.all('annotations')), absolute(args.all('images'))];
    const limit = args.has('limit') ? integer('--limit', args.one('limit')!, 0) : Number.POSITIVE_INFINITY;
    const session = new Session(sessionOptions(args));
    const line = new ProgressLine(terminal);
    try {
      const kinds = kindsOf(args, session.findingKinds());
      const result = await session.checkLabels(
        {
          model,
          ...(annotations.length > 0 && { sources: annotations.map((each) => ({ path: each })) }),
          ...(images.length > 0 && { images }),
          ...(args.has('journal') && { journal: absolute([args.one('journal')!])[0]! }),
          kinds: kinds.map(({ id }) => id),
          seed: args.has('seed') ? integer('--seed', args.one('seed')!, 0) : 0,
        },
        {
          signal: terminal.signal,
          onProgress: ({ message, fraction }) => line.report(message, fraction),
        },
      );
      line.clear();
      const open = result.findings.filter(({ verdict }) => verdict === null);
      const reviewed = result.findings.filter(({ verdict }) => verdict !== null);
      const shown = args.has('all') ? [...open, ...reviewed] : open;
      for (const finding of shown.slice(0, limit))
        terminal.stdout(`${JSON.stringify(printed(finding, terminal.cwd))}\n`);
      summarise(result, kinds, terminal);
      return result.skipped.length > 0 ? EXIT.someFailed : EXIT.done;
    } finally {
      line.clear();
      await session.dispose();
    }
  },
});

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

/** Paths below the working folder as seen from there. */
function printed(finding: Finding, cwd: string): Finding {
  const near = (file: string) => {
    const relative = path.relative(cwd, file);
    return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
  };
  return { ...finding, image: near(finding.image), file: near(finding.file) };
}

/** How many findings of each kind there are and what they mean, what was left out, and how the evidence was made. */
function summarise(result: CheckResult, kinds: readonly FindingKindInfo[], terminal: Terminal): void {
  const { images, resumed, skipped, problems, notes, findings } = result;
  const say = (text: string) => terminal.stderr(`${text}\n`);
  const list = (lines: readonly string[]) => {
    for (const each of lines.slice(0, LISTED)) say(each);
    if (lines.length > LISTED) say(`and ${lines.length - LISTED} more like these.`);
  };
  list(skipped.map(({ image, reason }) => `${image}: ${reason}`));
  list(problems);
  list(notes);
  say(
    `${images} image${images === 1 ? '' : 's'} checked${resumed > 0 ? `, ${resumed} of them from the journal` : ''}.`,
  );
  const width = Math.max(...kinds.map(({ id }) => id.length));
  for (const { id, definition } of kinds) {
    const [open, reviewed] = counts(findings, id);
    const count = `${open} open${reviewed > 0 ? `, ${reviewed} reviewed` : ''}`;
    say(`  ${id.padEnd(width)}  ${count}\n  ${' '.repeat(width)}  ${definition}`);
  }
}

function counts(findings: readonly Finding[], kind: FindingKind): readonly [open: number, reviewed: number] {
  const own = findings.filter((finding) => finding.kind === kind);
  const open = own.filter(({ verdict }) => verdict === null).length;
  return [open, own.length - open];
}
