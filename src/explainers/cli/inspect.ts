import path from 'node:path';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { onlyArgument } from './flags/flags.ts';
import { ENGINE_FLAGS, sessionOptions } from './flags/runFlags.ts';
import { inspectPage } from './pages/inspectPage.ts';
import { defineVerb, EXIT } from './verb.ts';

export const inspect = defineVerb({
  name: 'inspect',
  usage: 'MODEL|CARD',
  about: 'Shows inputs, outputs, layers (Grad-CAM targets), and which methods can run and why not.',
  flags: { ...ENGINE_FLAGS, ...OUTPUT_FLAGS },
  async run(args, terminal) {
    const model = onlyArgument(args, 'inspect', 'one model or card');
    const screen = screenOf(args, terminal);
    const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
    try {
      const request = { model: path.resolve(terminal.cwd, model) };
      const call = { signal: terminal.signal };
      const description = await session.describe({ ...request, hash: true }, call);
      const named = description.card.annotations.length > 0;
      const annotations = named ? await session.annotationFiles(request, call) : null;
      if (screen) terminal.page(inspectPage(description, annotations, screen.columns));
      else terminal.stdout(`${JSON.stringify({ ...description, annotations }, undefined, 2)}\n`);
      return EXIT.done;
    } finally {
      await session.dispose();
    }
  },
});
