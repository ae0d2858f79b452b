import path from 'node:path';
import { type Consent, DEFAULT_PYTHON, type ImportAnswer } from '../contracts/importing.ts';
import { ExplainError } from '../errors.ts';
import { written } from '../unseen.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { type Arguments, type Flags, onlyArgument } from './flags/flags.ts';
import { near } from './flags/nearModel.ts';
import { integer } from './flags/runFlags.ts';
import { importPage } from './pages/importPage.ts';
import { ProgressLine } from './run/progressLine.ts';
import { defineVerb, EXIT } from './verb.ts';

/** What a user agrees to with a flag. */
const CONSENTS: ReadonlyMap<string, Consent> = new Map([
  ['allow-pickle', 'pickle'],
  ['allow-download', 'download'],
]);

const SOURCES =
  'Give a PyTorch file, a folder of timm, Hugging Face or TensorFlow, module:function, timm:NAME, hf:NAME or torchvision:NAME.';

const FLAGS: Flags = {
  out: { value: 'FILE.onnx', about: 'the file to write; its card is written next to it (default: next to the source)' },
  python: { value: 'PATH', about: `the Python interpreter (default: ${DEFAULT_PYTHON})` },
  function: { value: 'MODULE:FUNCTION', about: 'builds the model, for a file that holds only weights' },
  size: { value: 'HxW', about: 'height and width of the images, if the source does not say (default 224x224)' },
  image: { value: 'FILE', about: 'the picture on which model and export are compared (default: one of ours)' },
  'allow-pickle': { about: 'run the code that a pickle of a whole module names' },
  'allow-download': { about: 'download what is not on this machine' },
  timeout: { value: 'SECONDS', about: 'the longest that Python may take (default 600)' },
  script: { about: 'print the Python script instead of running it' },
  ...OUTPUT_FLAGS,
};

export const importVerb = defineVerb({
  name: 'import',
  usage: 'SOURCE --out FILE.onnx',
  about:
    'Has Python export a model of PyTorch, or a TensorFlow SavedModel, to ONNX, compares the two, and writes the export with its card.',
  flags: FLAGS,
  async run(args, terminal) {
    const source = onlyArgument(args, 'import', 'one source', SOURCES);
    const screen = screenOf(args, terminal);
    const python = args.one('python') ?? DEFAULT_PYTHON;
    const session = terminal.open({ named: [terminal.cwd] });
    const line = new ProgressLine(terminal);
    try {
      const plan = await session.planImport({ source, folder: terminal.cwd });
      if (args.has('script')) {
        terminal.stdout(plan.text);
        return EXIT.done;
      }
      const out = path.resolve(terminal.cwd, args.one('out') ?? plan.out ?? missingOut());
      terminal.stderr(
        `Runs ${written(python)} ${written(plan.script)} for ${written(plan.what)} (--script prints that file).\n`,
      );
      const image = args.one('image');
      const answer = await session.importModel(
        {
          source,
          folder: terminal.cwd,
          out,
          python,
          allow: [...CONSENTS].filter(([flag]) => args.has(flag)).map(([, consent]) => consent),
          ...(args.has('function') && { function: args.one('function')! }),
          ...(args.has('size') && { size: sizeOf(args) }),
          ...(image !== undefined && { image: path.resolve(terminal.cwd, image) }),
          ...(args.has('timeout') && { seconds: integer('--timeout', args.one('timeout')!, 1) }),
        },
        {
          signal: terminal.signal,
          onProgress: ({ message, fraction }) => line.report(message, fraction),
        },
      );
      line.clear();
      if (answer.kind === 'ask') throw refused(answer, source);
      const named = { ...answer, model: near(answer.model, terminal.cwd) };
      if (screen) terminal.page(importPage(named, screen.columns));
      else terminal.stdout(`${JSON.stringify(answer)}\n`);
      return EXIT.done;
    } finally {
      line.clear();
      await session.dispose();
    }
  },
});

function missingOut(): never {
  throw new ExplainError({
    kind: 'usage',
    message: 'import needs the name of the file to write.',
    subject: '--out',
    next: 'Write for example --out model.onnx.',
  });
}

function sizeOf(args: Arguments): readonly [number, number] {
  const text = args.one('size')!;
  const [, height, width] = /^([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?$/i.exec(text) ?? [];
  if (height !== undefined) return [Number(height), Number(width ?? height)];
  throw new ExplainError({
    kind: 'usage',
    message: `--size cannot be '${text}'.`,
    subject: '--size',
    next: 'Write height and width, for example --size 224x224.',
  });
}

/** By what is asked: how to say yes. */
const NEXT: ReadonlyMap<string, string> = new Map([
  ['pickle', 'Add --allow-pickle to run it, or save its state_dict() and name the function that builds the model.'],
  ['download', 'Add --allow-download to download it.'],
  ['function', 'Name the function that builds the model: --function MODULE:FUNCTION.'],
]);

function refused({ ask, why }: Extract<ImportAnswer, { kind: 'ask' }>, source: string): ExplainError {
  return new ExplainError({ kind: 'usage', message: why, subject: source, next: NEXT.get(ask)! });
}
