import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { mergeResults } from '../evaluation/merge.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import { near } from './flags/nearModel.ts';
import { defineVerb, EXIT } from './verb.ts';

export const merge = defineVerb({
  name: 'merge',
  usage: 'DIR… --out DIR',
  about: 'Joins the shards of an evaluation into what one run would have written.',
  flags: { out: { value: 'DIR', about: 'writes the joined results' }, ...OUTPUT_FLAGS },
  async run(args, terminal) {
    const { cwd, signal } = terminal;
    const screen = screenOf(args, terminal);
    const folders = [...new Set(args.positionals.map((folder) => path.resolve(cwd, folder)))];
    if (folders.length === 0 || !args.has('out'))
      throw new ExplainError({
        kind: 'usage',
        message: folders.length === 0 ? 'merge needs the folders to join.' : 'merge needs a folder to write to.',
        subject: folders.length === 0 ? 'DIR' : '--out',
        next: 'Write saliency-lens merge DIR… --out DIR.',
      });
    const out = path.resolve(cwd, args.one('out')!);
    const merged = await mergeResults({ folders, out }, signal);
    const text = `${merged.images} images in ${merged.parts} part${merged.parts === 1 ? '' : 's'}: ${near(out, cwd)}`;
    if (screen) terminal.page(`${text}\n`);
    else terminal.stdout(`${JSON.stringify({ out: near(out, cwd), ...merged })}\n`);
    return merged.failures > 0 ? EXIT.someFailed : EXIT.done;
  },
});
