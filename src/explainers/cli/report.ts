import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { openResults } from '../evaluation/results.ts';
import { diskError } from '../files/diskError.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { writeTogether } from '../files/writeWhole.ts';
import { loadInput } from '../report/loadInput.ts';
import { sentenceOn } from '../report/page/verdictPart.ts';
import { csvFiles, reportPage, statisticsOf } from '../report/report.ts';
import { Session } from '../session.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import type { Arguments } from './flags/flags.ts';
import { near } from './flags/nearModel.ts';
import { ENGINE_FLAGS, integer, MODEL_FLAG } from './flags/runFlags.ts';
import { reportPictures } from './run/reportPictures.ts';
import { type Door, defineVerb, EXIT } from './verb.ts';

/** Images with pictures: each costs a map of every method. */
const PICTURES = 24;

export const report = defineVerb({
  name: 'report',
  usage: 'DIR [--out FOLDER] [--pictures N]',
  about: 'The results of evaluate as one HTML page and CSV tables.',
  flags: {
    out: { value: 'FOLDER', about: 'where the report is written (default: DIR/report)' },
    pictures: {
      value: 'N',
      about: `how many images are shown with their maps, which are computed again (default ${PICTURES}; 0: none)`,
    },
    images: { value: 'FOLDER', about: 'where the images are, if not where the evaluation found them' },
    ...MODEL_FLAG,
    ...ENGINE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run(args, terminal) {
    const folder = folderOf(args, terminal);
    const screen = screenOf(args, terminal);
    const most = args.has('pictures') ? integer('--pictures', args.one('pictures')!, 0) : PICTURES;
    const input = await loadInput(await openResults(folder), titles());
    const statistics = statisticsOf(input);
    const shown = statistics.selected.slice(0, most);
    const { pictures, said } = await reportPictures(input, { kind: 'overlay', shown }, args, terminal);
    const out = path.resolve(terminal.cwd, args.one('out') ?? path.join(folder, 'report'));
    const files = [
      ...csvFiles(input, statistics),
      ['report.html', reportPage(input, statistics, shown, pictures)] as const,
    ];
    try {
      await makeFolder(out);
      await writeTogether(files.map(([name, content]) => [path.join(out, name), content] as const));
    } catch (thrown) {
      throw diskError(thrown, out, 'The report', 'choose another folder with --out');
    }
    for (const message of said) terminal.stderr(`${message}\n`);
    const page = near(path.join(out, 'report.html'), terminal.cwd);
    const verdict = sentenceOn(statistics.verdict, (id) => input.titles.get(id) ?? id);
    if (screen) terminal.page(`${verdict}\n${page}\n`);
    else terminal.stdout(`${JSON.stringify({ report: page, files: files.map(([name]) => name), verdict })}\n`);
    return EXIT.done;
  },
});

function folderOf(args: Arguments, terminal: Door): string {
  const [folder, ...more] = args.positionals;
  if (folder !== undefined && more.length === 0) return path.resolve(terminal.cwd, folder);
  throw new ExplainError({
    kind: 'usage',
    message: folder === undefined ? 'report needs a folder of results.' : 'report takes one folder of results.',
    subject: more[0] ?? 'DIR',
    next: 'Name the folder that evaluate wrote with --out; merge joins several.',
  });
}

/** What methods and measures are called. */
function titles() {
  const { methods, metrics, assessments, comparisons } = new Session().catalogue();
  return {
    metrics: [...metrics, ...assessments].map(({ id, title, better }) => ({ id, title, better })),
    titles: new Map([...methods, ...comparisons].map(({ id, title }) => [id, title] as const)),
  };
}
