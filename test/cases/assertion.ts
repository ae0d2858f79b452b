// What a case asserts, as its case.json writes it: one key per assertion.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readNpy } from '../../src/explainers/tensor/npy.ts';
import { toNumbers } from '../../src/explainers/tensor/tensor.ts';
import type { CliLine, Ran } from '../explainers/cli/cli.ts';

interface ClassValue {
  readonly class: number;
  readonly tolerance?: number;
}

export interface Assertion {
  /** Where several outcomes are right: all of one list. */
  readonly any?: readonly (readonly Assertion[])[];
  readonly exit?: readonly number[];
  /** Patterns of what is said to people; `saidCase` heeds upper and lower case. */
  readonly said?: string;
  readonly saidCase?: string;
  readonly notSaid?: string;
  readonly finding?: FindingLike;
  readonly noFinding?: FindingLike;
  readonly layer?: { readonly grid: readonly number[] };
  readonly map?: ClassValue & { readonly method: string; readonly file: string };
  readonly notes?: string;
  readonly score?: ClassValue & { readonly score?: number; readonly logit?: number; readonly predicted?: boolean };
  readonly logits?: { readonly file: string; readonly within: number };
  readonly labels?: readonly string[];
  readonly mapClasses?: readonly string[];
  readonly agreement?: ClassValue & { readonly metric: string; readonly value: number | null };
  /** Of which image the line is meant; absent: the first. */
  readonly image?: string;
}

interface FindingLike {
  readonly image?: string;
  readonly kinds?: readonly string[];
  readonly label?: string;
}

type Line = CliLine & { readonly kind?: string; readonly label?: string };
type Check = (assertion: Assertion, ran: Ran, folder: string, line: Line) => string | null;

const says = (pattern: string, flags: string, ran: Ran) => new RegExp(pattern, flags).test(ran.stderr);

/** Null where it holds, else why not. */
const CHECKS: ReadonlyMap<keyof Assertion, Check> = new Map<keyof Assertion, Check>([
  ['exit', ({ exit }, { code }) => (exit!.includes(code) ? null : `exit ${code} instead of ${exit!.join(' or ')}`)],
  ['said', ({ said }, ran) => (says(said!, 'iu', ran) ? null : `does not say /${said}/`)],
  ['saidCase', ({ saidCase }, ran) => (says(saidCase!, 'u', ran) ? null : `does not say /${saidCase}/`)],
  ['notSaid', ({ notSaid }, ran) => (says(notSaid!, 'iu', ran) ? `says /${notSaid}/` : null)],
  ['finding', ({ finding }, ran) => (found(finding!, ran) ? null : `no finding ${JSON.stringify(finding)}`)],
  ['noFinding', ({ noFinding }, ran) => (found(noFinding!, ran) ? `a finding ${JSON.stringify(noFinding)}` : null)],
  [
    'layer',
    ({ layer }, { stdout }) => {
      const { layers } = JSON.parse(stdout) as { layers: { automatic: boolean; shape: number[]; name: string }[] };
      const taken = layers.find(({ automatic }) => automatic);
      const grid = taken?.shape.slice(-2).join(' × ');
      return grid === layer!.grid.join(' × ') ? null : `the automatic layer '${taken?.name}' has a grid of ${grid}`;
    },
  ],
  ['map', mapDiffers],
  [
    'notes',
    ({ notes }, ran, _folder, line) => {
      const text = JSON.stringify(line.maps.map((map) => (map as { notes?: unknown }).notes)) + ran.stderr;
      return new RegExp(notes!, 'iu').test(text) ? null : `no note /${notes}/`;
    },
  ],
  ['score', ({ score }, _ran, _folder, line) => scoreDiffers(score!, line)],
  [
    'logits',
    ({ logits }, _ran, folder, { scores }) => {
      const want = (JSON.parse(readFileSync(path.join(folder, logits!.file), 'utf8')) as { logits: number[] }).logits;
      if (scores.length !== want.length) return `${scores.length} scores instead of ${want.length}`;
      const off = want.findIndex((value, i) => {
        const logit = scores.find(({ index }) => index === i)?.logit ?? Number.NaN;
        return !(Math.abs(logit - value) <= logits!.within);
      });
      return off < 0 ? null : `value ${off} is not ${want[off]} to within ${logits!.within}`;
    },
  ],
  [
    'labels',
    ({ labels }, _ran, _folder, { scores }) => {
      const got = [...scores].sort((a, b) => a.index - b.index).map(({ label }) => label);
      return JSON.stringify(got) === JSON.stringify(labels) ? null : `labels are ${JSON.stringify(got)}`;
    },
  ],
  [
    'mapClasses',
    ({ mapClasses }, _ran, _folder, { maps }) => {
      const got = maps.map(({ label }) => label);
      return JSON.stringify(got) === JSON.stringify(mapClasses) ? null : `maps are of ${JSON.stringify(got)}`;
    },
  ],
  ['agreement', ({ agreement }, _ran, _folder, line) => agreementDiffers(agreement!, line)],
]);

/** Why an assertion does not hold of what the command line did; null: it holds. */
export function fallsShort(assertion: Assertion, ran: Ran, folder: string): string | null {
  if (assertion.any) {
    const reasons = assertion.any.map((list) => list.map((each) => fallsShort(each, ran, folder)).filter(Boolean));
    return reasons.some((list) => list.length === 0) ? null : reasons.map(([first]) => first).join(' / ');
  }
  const key = [...CHECKS.keys()].find((each) => assertion[each] !== undefined);
  const check = key && CHECKS.get(key);
  if (!check) return `unknown assertion ${JSON.stringify(assertion)}`;
  const { image } = assertion;
  const lines = ran.lines as readonly Line[];
  const line = image === undefined ? lines[0] : lines.find((each) => path.basename(String(each.image)) === image);
  const needsLine = !['exit', 'said', 'saidCase', 'notSaid', 'finding', 'noFinding', 'layer'].includes(key);
  if (needsLine && !line) return `no result on stdout (exit ${ran.code})`;
  return check(assertion, ran, folder, line!);
}

function found({ image, kinds, label }: FindingLike, { lines }: Ran): boolean {
  return (lines as readonly Line[]).some(
    (line) =>
      (image === undefined || path.basename(String(line.image)) === image) &&
      (kinds === undefined || kinds.includes(line.kind ?? '')) &&
      (label === undefined || line.label === label),
  );
}

function mapDiffers({ map }: Assertion, _ran: Ran, folder: string, { maps }: Line): string | null {
  const { method, class: index, file, tolerance = 1e-3 } = map!;
  const made = maps.find((each) => each.method === method && each.index === index);
  if (!made?.npy) return `no ${method} map of class ${index}`;
  const [got, want] = [path.resolve(folder, made.npy), path.join(folder, file)].map((each) =>
    readNpy(readFileSync(each), each),
  ) as [ReturnType<typeof readNpy>, ReturnType<typeof readNpy>];
  if (got.shape.join() !== want.shape.join()) return `${method}: shape ${got.shape.join(' × ')}`;
  const [a, b] = [toNumbers(got), toNumbers(want)];
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  const relative = Math.sqrt(difference / Math.max(size, 1e-60));
  return relative <= tolerance ? null : `${method} map: relative L2 ${relative.toPrecision(3)}`;
}

function scoreDiffers(want: NonNullable<Assertion['score']>, { scores }: Line): string | null {
  const got = scores.find(({ index }) => index === want.class);
  if (!got) return `no score of class ${want.class}`;
  const { tolerance = 1e-3 } = want;
  for (const key of ['score', 'logit'] as const) {
    const value = want[key];
    if (value !== undefined && !(Math.abs(got[key] - value) <= tolerance)) return `${key} ${got[key]} is not ${value}`;
  }
  const { predicted = got.predicted } = want;
  return got.predicted === predicted ? null : `predicted is ${got.predicted}`;
}

function agreementDiffers(want: NonNullable<Assertion['agreement']>, { agreement }: Line): string | null {
  const got = agreement?.find(
    (each) => each.index === want.class && each.metric === want.metric && each.value !== null,
  );
  if (want.value === null) return got ? `class ${want.class} counts as drawn` : null;
  if (!got) return `nothing drawn for class ${want.class}`;
  const { tolerance = 1e-4 } = want;
  return Math.abs(got.value! - want.value) <= tolerance ? null : `${want.metric} is ${got.value}, not ${want.value}`;
}
