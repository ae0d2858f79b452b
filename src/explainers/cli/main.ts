import { ExplainError, errorReport } from '../errors.ts';
import { greatest } from '../lists.ts';
import { SERVE, serveSession } from '../process/serveSession.ts';
import { SessionProcess } from '../process/sessionProcess.ts';
import type { SessionOptions } from '../session/options.ts';
import { didYouMean } from '../suggest.ts';
import { doorOf } from './door.ts';
import { describeFlags, parseFlags } from './flags/flags.ts';
import { sentence } from './sentence.ts';
import { userFolders } from './userFolders.ts';
import { type Door, EXIT, type RunProgress, type Terminal, type Verb } from './verb.ts';
import { VERBS } from './verbs.ts';
import { VERSION } from './version.ts';

/** Runs one command line (without `node` and the script) and returns its exit code. */
export async function run(args: readonly string[], own: Terminal): Promise<number> {
  const terminal = doorOf(own);
  try {
    return await dispatch(args, terminal);
  } catch (thrown) {
    const report = errorReport(thrown);
    terminal.stderr(`${sentence(report)}\n`);
    if (report.kind === 'internal' && thrown instanceof Error) terminal.stderr(`${thrown.stack}\n`);
    return report.kind === 'cancelled' || report.kind === 'internal' ? EXIT.someFailed : EXIT.usage;
  }
}

async function dispatch(args: readonly string[], terminal: Door): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    terminal.stderr(`${overview()}\n`);
    return EXIT.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    const verb = VERBS.find((candidate) => candidate.name === rest[0]);
    terminal.stdout(`${verb ? helpOf(verb) : overview()}\n`);
    return EXIT.done;
  }
  if (name === '--version') {
    terminal.stdout(`${VERSION}\n`);
    return EXIT.done;
  }
  const verb = VERBS.find((candidate) => candidate.name === name);
  if (!verb) throw unknownVerb(name);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.stdout(`${helpOf(verb)}\n`);
    return EXIT.done;
  }
  return await verb.run(parseFlags(verb.name, verb.flags, rest), terminal);
}

function unknownVerb(name: string): ExplainError {
  const names = VERBS.map((verb) => verb.name);
  return new ExplainError({
    kind: 'usage',
    message: `There is no command '${name}'.${didYouMean(name, names)}`,
    next: `Commands: ${names.join(', ')}; see saliency-lens --help.`,
  });
}

function overview(): string {
  const width = greatest(VERBS.map((verb) => verb.name.length + verb.usage.length + 1));
  return [
    'Explains image classifiers: class scores, heatmaps, and how well they agree with annotations.',
    '',
    ...VERBS.map((verb) => `  saliency-lens ${`${verb.name} ${verb.usage}`.padEnd(width)}   ${verb.about}`),
    '',
    'saliency-lens VERB --help lists the flags. A terminal shows tables; in a pipe, or with --json, results are JSON Lines on stdout.',
    'Messages go to stderr.',
    'Exit codes: 0 done, 1 some images failed, 2 wrong usage or configuration, 3 ended early and can be resumed.',
  ].join('\n');
}

function helpOf(verb: Verb): string {
  return [`saliency-lens ${verb.name} ${verb.usage}`, '', verb.about, '', describeFlags(verb.flags)].join('\n');
}

/** Called by bin/saliency-lens.cjs. */
export async function main(): Promise<void> {
  const [first, second] = process.argv.slice(2);
  if (first === SERVE && process.send) {
    serveSession(JSON.parse(second ?? '{}') as SessionOptions);
    return;
  }
  // Not process.exit(), which would lose output that is still on its way to stdout.
  process.exitCode = await run(process.argv.slice(2), processTerminal());
}

/** The process's own terminal. Ctrl-C stops after the current batch; a second one stops at once. */
function processTerminal(): Terminal {
  const controller = new AbortController();
  process.on('SIGINT', () => (controller.signal.aborted ? process.exit(130) : controller.abort()));
  // Started by VS Code, which is gone or does not want the results any more.
  process.on('disconnect', () => controller.abort());
  // Listening must not keep it alive when it has finished.
  process.channel?.unref();
  // Clusters send it before they kill a process.
  process.on('SIGTERM', () => (controller.signal.aborted ? process.exit(143) : controller.abort()));
  // `saliency-lens … | head`: the reader closed the pipe, which is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    cwd: process.cwd(),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
    ...(Number(process.env['COLUMNS']) > 0 && { columns: Number(process.env['COLUMNS']) }),
    ...(process.stdout.isTTY && {
      // NO_COLOR, FORCE_COLOR and TERM=dumb are respected here.
      screen: { columns: process.stdout.columns || 80, colours: process.stdout.hasColors() },
    }),
    signal: controller.signal,
    ...(process.send && { tell: (progress: RunProgress) => process.connected && process.send!({ progress }) }),
    // A native library that kills its process must not end the run.
    open: (options) => new SessionProcess(process.argv[1]!, { ...userFolders(), ...options }),
  };
}
