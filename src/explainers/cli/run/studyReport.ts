import { openResults } from '../../evaluation/results.ts';
import { loadInput, type Titles } from '../../report/loadInput.ts';
import { type StudyResult, studyCsv, studyOf } from '../../report/study/study.ts';
import type { Variant } from '../../report/study/studyInput.ts';
import { type Shown, studyPage } from '../../report/study/studyPage.ts';
import type { About } from '../../results/about.ts';
import type { Arguments } from '../flags/flags.ts';
import type { Door } from '../verb.ts';
import { reportPictures } from './reportPictures.ts';

const VARIANT_OF: ReadonlyMap<string | null, Variant> = new Map([
  ['shamsul', 'published'],
  ['shamsul-corrected', 'corrected'],
]);

/**
 * The study of each folder of results, on one page.
 * @param most maps with pictures, in each folder
 */
export async function studyReport(
  folders: readonly string[],
  titles: Titles,
  most: number,
  args: Arguments,
  terminal: Door,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly said: readonly string[] }> {
  const studies: StudyResult[] = [];
  const shown: (readonly Shown[])[] = [];
  const files = new Map<string, string>();
  const said = new Set<string>();
  for (const [i, folder] of folders.entries()) {
    const input = await loadInput(await openResults(folder), titles);
    const variant = VARIANT_OF.get(input.about.preset) ?? 'own';
    // Two folders of the same settings have their own names.
    const again = studies.some((each) => each.input.variant === variant);
    const study = studyOf({ ...input, variant });
    studies.push(study);
    for (const [name, text] of studyCsv(study)) files.set(again ? `${i + 1}-${name}` : name, text);
    const found = await picturesOf(study, input, most, args, terminal);
    shown.push(found.shown);
    for (const message of found.said) said.add(message);
  }
  files.set('shamsul.html', studyPage(studies, shown));
  return { files, said: [...said] };
}

async function picturesOf(
  { instances }: StudyResult,
  input: Parameters<typeof reportPictures>[0] & { readonly about: About },
  most: number,
  args: Arguments,
  terminal: Door,
): Promise<{ readonly shown: readonly Shown[]; readonly said: readonly string[] }> {
  const some = instances.slice(0, most);
  const asked = some.map(({ row, method }) => ({
    row,
    rows: input.items.methods.map((id) => (id === method ? row : -1)),
  }));
  const { pictures, said } = await reportPictures(input, { kind: 'masks', shown: asked }, args, terminal);
  const shown = some.map((instance, i) => ({
    instance,
    picture: pictures[i]![input.items.methods.indexOf(instance.method)]!,
  }));
  return { shown, said };
}
