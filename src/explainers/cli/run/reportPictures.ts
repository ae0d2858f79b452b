import { existsSync } from 'node:fs';
import path from 'node:path';
import type { MapPictureRequest } from '../../contracts/mapPicture.ts';
import { errorReport, throwIfCancelled } from '../../errors.ts';
import type { Picture } from '../../report/page/picturesPart.ts';
import type { ReportInput } from '../../report/reportInput.ts';
import type { About } from '../../results/about.ts';
import { textAt } from '../../results/column.ts';
import { imagePath } from '../../results/imagePath.ts';
import type { Session } from '../../session.ts';
import type { Arguments } from '../flags/flags.ts';
import { sessionOptions } from '../flags/runFlags.ts';
import type { Door } from '../verb.ts';
import { ProgressLine } from './progressLine.ts';

/** The longest side of an image on the page, in pixels. */
const SIDE = 320;

/** An image × class with a row per method. */
export interface Shown {
  readonly row: number;
  readonly rows: readonly number[];
}

export interface PicturesAsked {
  readonly kind: MapPictureRequest['kind'];
  readonly shown: readonly Shown[];
}

type Input = Pick<ReportInput, 'results' | 'items'> & { readonly about: About };

/**
 * The maps of some images by every method, computed again as the evaluation computed them. A picture that cannot be
 * made has its reason.
 * @returns pictures of each image, one per method, and what people must know
 */
export async function reportPictures(
  input: Input,
  { kind, shown }: PicturesAsked,
  args: Arguments,
  terminal: Door,
): Promise<{ readonly pictures: readonly (readonly Picture[])[]; readonly said: readonly string[] }> {
  if (shown.length === 0) return { pictures: [], said: [] };
  const { about } = input;
  const model = args.one('model') ?? about.model;
  const folder = args.one('images') ?? about.images;
  const none = (reason: string, next: string) => ({
    pictures: shown.map(() => input.items.methods.map((): Picture => ({ source: null, reason }))),
    said: [`The report has no pictures, because ${reason}. ${next}`],
  });
  if (model === null) return none('the results do not name the model', 'Name it with --model.');
  if (folder === null) return none('the results do not name the folder of the images', 'Name it with --images.');
  const file = path.resolve(terminal.cwd, model);
  if (!existsSync(file)) return none('the model is not where it was', 'Name it with --model.');
  const session = terminal.open({ ...sessionOptions(args), named: [terminal.cwd] });
  const line = new ProgressLine(terminal);
  try {
    const { sha256 } = await session.describe({ model: file, hash: true }, { signal: terminal.signal });
    if (about.sha256 !== null && sha256 !== about.sha256) {
      return none('the model has changed since the evaluation', 'Name the one that was evaluated with --model.');
    }
    const pictures: (readonly Picture[])[] = [];
    const images = path.resolve(terminal.cwd, folder);
    for (const [i, each] of shown.entries()) {
      line.show(textAt(input.results.image, each.row) ?? '', i + 1, shown.length);
      pictures.push(await picturesOf(session, input, { file, images, kind }, each, terminal.signal));
    }
    return { pictures, said: [] };
  } finally {
    line.clear();
    await session.dispose();
  }
}

async function picturesOf(
  session: Session,
  { results, items, about }: Input,
  { file, images, kind }: { readonly file: string; readonly images: string; readonly kind: PicturesAsked['kind'] },
  { row, rows }: Shown,
  signal: AbortSignal,
): Promise<readonly Picture[]> {
  const image = imagePath(images, textAt(results.image, row) ?? '');
  const pictures: Picture[] = [];
  for (const [m, method] of items.methods.entries()) {
    throwIfCancelled(signal);
    const settings = about.methods.find(({ id }) => id === method);
    if (rows[m]! < 0) {
      pictures.push({ source: null, reason: 'the results have no row of this method' });
      continue;
    }
    if (image === null) {
      pictures.push({ source: null, reason: 'the name of the image leads out of the folder of images' });
      continue;
    }
    try {
      const { bytes, mime } = await session.mapPicture(
        {
          ...{ image, model: file, method, index: results.index[row]!, seed: about.seed, kind, side: SIDE },
          ...(settings && { parameters: settings.parameters, agreement: settings.agreement }),
          ...(about.sources && { sources: about.sources }),
          ...(about.inputs && { inputs: about.inputs }),
        },
        { signal },
      );
      pictures.push({ source: `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`, reason: null });
    } catch (thrown) {
      throwIfCancelled(signal);
      pictures.push({ source: null, reason: errorReport(thrown).message });
    }
  }
  return pictures;
}
