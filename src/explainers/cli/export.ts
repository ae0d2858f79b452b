import path from 'node:path';
import type { ExportedFile } from '../contracts/exported.ts';
import { ExplainError } from '../errors.ts';
import { written } from '../unseen.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { parseClasses } from './flags/classes.ts';
import { EXPLAIN_FLAGS, planMethods, planRun } from './flags/explainFlags.ts';
import { type Flags, onlyArgument, seeHelp } from './flags/flags.ts';
import { ENGINE_FLAGS, sessionOptions } from './flags/runFlags.ts';
import { textTable } from './pages/textTable.ts';
import { compileFirst } from './run/compileFirst.ts';
import { ProgressLine } from './run/progressLine.ts';
import { sayGuesses } from './run/sayGuesses.ts';
import { defineVerb, EXIT } from './verb.ts';

const FLAGS: Flags = {
  method: EXPLAIN_FLAGS['method']!,
  class: {
    value: 'NAME|INDEX|all',
    multiple: true,
    about: 'classes to name in the file and to check it with; in each run, its input “seed” chooses the class',
  },
  out: { value: 'FILE.onnx', about: 'the file to write' },
  param: EXPLAIN_FLAGS['param']!,
  preset: EXPLAIN_FLAGS['preset']!,
  seed: EXPLAIN_FLAGS['seed']!,
  ...ENGINE_FLAGS,
  ...OUTPUT_FLAGS,
};

export const exportVerb = defineVerb({
  name: 'export',
  usage: 'MODEL|CARD --out FILE.onnx [--method ID[,ID]]',
  about: 'Writes the model and its explanation as one ONNX file, for any runtime.',
  flags: FLAGS,
  async run(args, terminal) {
    const model = onlyArgument(args, 'export', 'one model or card');
    const typed = args.one('out');
    if (typed === undefined) throw wrong('export needs a file to write.', '--out');
    const { seed, preset } = planRun(args, terminal.cwd);
    const screen = screenOf(args, terminal);
    const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
    const line = new ProgressLine(terminal);
    try {
      const request = { model: path.resolve(terminal.cwd, model) };
      const call = { signal: terminal.signal };
      const description = await session.describe(request, call);
      const methods = planMethods(args, description, { preset });
      const classes = args.has('class') ? parseClasses(args.all('class'), description) : [];
      const indices = classes.flatMap((choice) => {
        if (choice.kind !== 'indices') throw wrong('export has no image of which to take the best classes.', '--class');
        return choice.indices;
      });
      await compileFirst(session, request, call);
      sayGuesses(description.card, terminal);
      const exported = await session.exportModel(
        { ...request, methods, classes: [...new Set(indices)], seed, out: path.resolve(terminal.cwd, typed) },
        { ...call, onProgress: (progress) => line.show(path.basename(typed), 1, 1, progress) },
      ); // biome-ignore format: one line
      line.clear();
      for (const note of exported.notes) terminal.stderr(`${written(note)}\n`);
      if (screen) terminal.page(page(exported, screen.columns));
      else terminal.stdout(`${JSON.stringify(exported)}\n`);
      return EXIT.done;
    } finally {
      line.clear();
      await session.dispose();
    }
  },
});

function page({ file, bytes, inputs, outputs, maps }: ExportedFile, columns: number): string {
  const rows = (kind: string, values: ExportedFile['inputs']) =>
    values.map(({ name, shape }) => [name, kind, shape.join(' × ')]);
  const checked = maps.map(({ method, difference }) => [method, difference.toExponential(1)]);
  return [
    `${file} (${(bytes / 1e6).toFixed(1)} MB)`,
    '',
    textTable(['value', '', 'shape'], [...rows('input', inputs), ...rows('output', outputs)], columns),
    '',
    'K is the number of classes in a run: “seed” has a row for each, 1 at the class and 0 elsewhere.',
    'Largest difference from our own map of a test image, as a share of its largest value:',
    textTable(['method', 'difference'], checked, columns),
    '',
  ].join('\n');
}

const wrong = (message: string, subject: string) =>
  new ExplainError({ kind: 'usage', message, subject, next: seeHelp('export') });
