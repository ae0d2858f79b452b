import { errorReport } from '../errors.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { findImages } from './flags/imageFiles.ts';
import { modelOf } from './flags/nearModel.ts';
import { ENGINE_FLAGS, MODEL_FLAG, sessionOptions } from './flags/runFlags.ts';
import { imagePage } from './pages/imagePage.ts';
import { type ImageResult, imageLine } from './results/imageLine.ts';
import { compileFirst } from './run/compileFirst.ts';
import { ProgressLine } from './run/progressLine.ts';
import { sayGuesses } from './run/sayGuesses.ts';
import { sentence } from './sentence.ts';
import { oneLine } from './terminalText.ts';
import { defineVerb, EXIT } from './verb.ts';

export const predict = defineVerb({
  name: 'predict',
  usage: 'IMAGE… [--model CARD]',
  about: 'Gives the class scores.',
  flags: { ...MODEL_FLAG, ...ENGINE_FLAGS, ...OUTPUT_FLAGS },
  async run(args, terminal) {
    const images = findImages(args.positionals, terminal.cwd);
    const paths = images.map((image) => image.path);
    const model = modelOf(args, 'predict', paths, terminal);
    const screen = screenOf(args, terminal);
    const print = (result: ImageResult) =>
      screen ? terminal.page(imagePage(result, screen.columns)) : terminal.stdout(imageLine(result));
    const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
    const line = new ProgressLine(terminal);
    let failed = 0;
    try {
      await compileFirst(session, { model }, { signal: terminal.signal });
      const { card } = await session.describe({ model, hash: false }, { signal: terminal.signal });
      sayGuesses(card, terminal);
      for (const [i, image] of images.entries()) {
        line.show(image.name, i + 1, images.length);
        try {
          const { scores, notes } = await session.predict({ image: image.path, model }, { signal: terminal.signal });
          line.clear();
          for (const note of notes) terminal.stderr(`${oneLine(image.name)}: ${oneLine(note)}\n`);
          print({ image: image.name, scores, error: null });
        } catch (thrown) {
          const error = errorReport(thrown);
          if (error.kind === 'cancelled') throw thrown;
          failed++;
          line.clear();
          // A page tells the error itself.
          if (!screen) terminal.stderr(`${oneLine(image.name)}: ${sentence(error)}\n`);
          print({ image: image.name, scores: [], error });
        }
      }
    } finally {
      line.clear();
      await session.dispose();
    }
    return failed > 0 ? EXIT.someFailed : EXIT.done;
  },
});
