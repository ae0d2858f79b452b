import type { InputSweep } from '../contracts/sweep.ts';
import type { ErrorReport } from '../errors.ts';
import { written } from '../unseen.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { findImages } from './flags/imageFiles.ts';
import { checkInputs, givenInputs, INPUT_FLAG } from './flags/inputFlags.ts';
import { modelOf } from './flags/nearModel.ts';
import { ENGINE_FLAGS, MODEL_FLAG, sessionOptions, TIME_FLAG } from './flags/runFlags.ts';
import { VARY_FLAG, variedInputs } from './flags/varyFlag.ts';
import { imagePage } from './pages/imagePage.ts';
import { type ImageResult, imageLine } from './results/imageLine.ts';
import { compileFirst } from './run/compileFirst.ts';
import { describeModel } from './run/describeModel.ts';
import { ImageTime } from './run/imageTime.ts';
import { ProgressLine } from './run/progressLine.ts';
import { sayGuesses } from './run/sayGuesses.ts';
import { sentence } from './sentence.ts';
import { defineVerb, EXIT } from './verb.ts';

export const predict = defineVerb({
  name: 'predict',
  usage: 'IMAGE… [--model CARD]',
  about: 'Prints the class scores.',
  flags: { ...MODEL_FLAG, ...INPUT_FLAG, ...VARY_FLAG, ...ENGINE_FLAGS, ...TIME_FLAG, ...OUTPUT_FLAGS },
  async run(args, terminal) {
    const images = await findImages(args.positionals, terminal.cwd);
    const paths = images.map((image) => image.path);
    const model = modelOf(args, 'predict', paths, terminal);
    const screen = screenOf(args, terminal);
    const given = givenInputs(args);
    const varied = variedInputs(args);
    const time = new ImageTime(args, terminal.signal);
    const print = (result: ImageResult) =>
      screen ? terminal.page(imagePage(result, screen.columns)) : terminal.stdout(imageLine(result));
    const line = new ProgressLine(terminal);
    let failed = 0;
    const fail = (image: string, error: ErrorReport) => {
      failed++;
      line.clear();
      // A page contains the error itself.
      if (!screen) terminal.stderr(`${written(image)}: ${sentence(error)}\n`);
      print({ image, scores: [], error });
    };
    const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
    try {
      await compileFirst(session, { model }, { signal: terminal.signal });
      const described = await describeModel(session, { model }, { signal: terminal.signal });
      if ('ended' in described) {
        for (const { name } of images) fail(name, described.ended);
        return EXIT.someFailed;
      }
      if (images[0]) await checkInputs(session, { model, image: images[0].path, ...given }, { signal: terminal.signal }); // biome-ignore format: one line
      sayGuesses(described.description.card, terminal);
      for (const [i, image] of images.entries()) {
        line.show(image.name, i + 1, images.length);
        try {
          const request = { image: image.path, model, ...given };
          const { scores, notes, inputs } = await time.within((signal) => session.predict(request, { signal }));
          const sweeps: InputSweep[] = [];
          for (const each of varied)
            sweeps.push(await time.within((signal) => session.inputSweep({ ...request, ...each }, { signal })));
          line.clear();
          for (const note of notes) terminal.stderr(`${written(image.name)}: ${written(note)}\n`);
          print({
            image: image.name,
            scores,
            ...(inputs && { inputs }),
            ...(sweeps.length > 0 && { sweeps }),
            error: null,
          });
        } catch (thrown) {
          fail(image.name, time.failure(thrown, image.path));
        }
      }
    } finally {
      line.clear();
      await session.dispose();
    }
    return failed > 0 ? EXIT.someFailed : EXIT.done;
  },
});
