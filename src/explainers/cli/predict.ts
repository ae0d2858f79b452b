import path from 'node:path';
import { errorReport } from '../errors.ts';
import { Session } from '../session.ts';
import { findImages } from './imageFiles.ts';
import { imageLine } from './imageLine.ts';
import { ProgressLine } from './progressLine.ts';
import { ENGINE_FLAGS, MODEL_FLAG, modelOf, sessionOptions } from './runFlags.ts';
import { sentence } from './sentence.ts';
import { defineVerb, EXIT } from './verb.ts';

export const predict = defineVerb({
  name: 'predict',
  usage: 'IMAGE… --model CARD',
  about: 'Gives the class scores.',
  flags: { ...MODEL_FLAG, ...ENGINE_FLAGS },
  async run(args, terminal) {
    const model = path.resolve(terminal.cwd, modelOf(args, 'predict'));
    const images = findImages(args.positionals, terminal.cwd);
    const session = new Session(sessionOptions(args));
    const line = new ProgressLine(terminal);
    let failed = 0;
    try {
      await session.compile({ model }, { signal: terminal.signal });
      for (const [i, image] of images.entries()) {
        line.show(image.name, i + 1, images.length);
        try {
          const { scores, notes } = await session.predict({ image: image.path, model }, { signal: terminal.signal });
          line.clear();
          for (const note of notes) terminal.stderr(`${image.name}: ${note}\n`);
          terminal.stdout(imageLine({ image: image.name, scores, error: null }));
        } catch (thrown) {
          const error = errorReport(thrown);
          if (error.kind === 'cancelled') throw thrown;
          failed++;
          line.clear();
          terminal.stderr(`${image.name}: ${sentence(error)}\n`);
          terminal.stdout(imageLine({ image: image.name, scores: [], error }));
        }
      }
    } finally {
      line.clear();
      await session.dispose();
    }
    return failed > 0 ? EXIT.someFailed : EXIT.done;
  },
});
