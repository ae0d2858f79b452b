import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { openResults } from '../evaluation/results.ts';
import { diskError } from '../files/diskError.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { writeTogether } from '../files/writeWhole.ts';
import { loadInput, type Titles } from '../report/loadInput.ts';
import { sentenceOn } from '../report/page/verdictPart.ts';
import { csvFiles, reportPage, statisticsOf } from '../report/report.ts';
import { Session } from '../session.ts';
import { OUTPUT_FLAGS, screenOf } from './door.ts';
import type { Arguments } from './flags/flags.ts';
import { near } from './flags/nearModel.ts';
import { ENGINE_FLAGS, integer, MODEL_FLAG, oneOf } from './flags/runFlags.ts';
import { reportPictures } from './run/reportPictures.ts';
import { studyReport } from './run/studyReport.ts';
import { type Door, defineVerb, EXIT } from './verb.ts';

/** Images with pictures, each of which costs a map of every method. */
const PICTURES = 24;
/** Of the study, whose instances are of one method each. */
const STUDY_PICTURES = 48;

export const report = defineVerb({
  name: 'report',
  usage: 'DIR [--out FOLDER] [--study shamsul]',
  about: 'The results of evaluate as one HTML page and CSV tables.',
  flags: {
    out: { value: 'FOLDER', about: 'where the report is written (default: DIR/report)' },
    study: {
      value: 'shamsul',
      about: 'the tables and figures of the SHAMSUL study instead; two folders are shown one after the other',
    },
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
    const study = args.has('study') ? oneOf('--study', args.one('study')!, ['shamsul']) : null;
    const folders = foldersOf(args, study === null ? 1 : 2, terminal);
    const screen = screenOf(args, terminal);
    const usual = study === null ? PICTURES : STUDY_PICTURES;
    const most = args.has('pictures') ? integer('--pictures', args.one('pictures')!, 0) : usual;
    const out = path.resolve(terminal.cwd, args.one('out') ?? path.join(folders[0]!, 'report'));
    const { files, said, verdict } =
      study === null
        ? await whole(folders[0]!, most, args, terminal)
        : { verdict: null, ...(await studyReport(folders, titles(), most, args, terminal)) };
    try {
      await makeFolder(out);
      await writeTogether([...files].map(([name, content]) => [path.join(out, name), content] as const));
    } catch (thrown) {
      throw diskError(thrown, out, 'The report', 'choose another folder with --out');
    }
    for (const message of said) terminal.stderr(`${message}\n`);
    const page = near(path.join(out, [...files.keys()].at(-1)!), terminal.cwd);
    if (screen) terminal.page(`${verdict === null ? '' : `${verdict}\n`}${page}\n`);
    else terminal.stdout(`${JSON.stringify({ report: page, files: [...files.keys()], verdict })}\n`);
    return EXIT.done;
  },
});

/** The report on one folder. Its page is the last file. */
async function whole(folder: string, most: number, args: Arguments, terminal: Door) {
  const input = await loadInput(await openResults(folder), titles());
  const statistics = statisticsOf(input);
  const shown = statistics.selected.slice(0, most);
  const { pictures, said } = await reportPictures(input, { kind: 'overlay', shown }, args, terminal);
  const files = new Map(csvFiles(input, statistics));
  files.set('report.html', reportPage(input, statistics, shown, pictures));
  return { files, said, verdict: sentenceOn(statistics.verdict, (id) => input.titles.get(id) ?? id) };
}

function foldersOf(args: Arguments, most: number, terminal: Door): readonly string[] {
  const folders = args.positionals;
  if (folders.length > 0 && folders.length <= most) return folders.map((each) => path.resolve(terminal.cwd, each));
  throw new ExplainError({
    kind: 'usage',
    message: `report takes ${most === 1 ? 'one folder' : 'one or two folders'} of results, not ${folders.length}.`,
    subject: folders[most] ?? 'DIR',
    next: 'Name the folder that evaluate wrote with --out; merge joins several.',
  });
}

/** What methods and measures are called. */
function titles(): Titles {
  const { methods, metrics, assessments, comparisons } = new Session().catalogue();
  return {
    metrics: [...metrics, ...assessments].map(({ id, title, better }) => ({ id, title, better })),
    titles: new Map([...methods, ...comparisons].map(({ id, title }) => [id, title] as const)),
  };
}
