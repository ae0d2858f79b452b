// docs/models.md: what was measured, and every miss with its reason.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { replaceTable } from '../steps/markedTable.mjs';
import { median } from '../steps/median.mjs';
import { cases } from './cases.mjs';
import { COLUMNS } from './verdicts.mjs';

const file = path.join(root, 'docs/models.md');

/** Rows of the table: the manifest's sets by exporter, where that changes what a file looks like. */
const TITLES = {
  torchvision: 'torchvision',
  timm: 'timm',
  transformers: 'Hugging Face',
  keras: 'Keras',
  ultralytics: 'Ultralytics',
  processed: 'files of ONNX Runtime’s tools',
  heads: 'segmentation, detection',
};

const isUncounted = ({ failed, invalid }) => Boolean(failed ?? invalid);
const setOf = (name) => name.split('/')[0];
const seconds = (ms) => (ms / 1000).toFixed(ms < 10_000 ? 1 : 0);
const gigabytes = (bytes) => (bytes / 1e9).toFixed(1);

/** Of a column: right, of how many that have something to be right about. */
function share(valid, column) {
  const told = valid.map((each) => each.columns[column]).filter((entry) => !('none' in entry));
  return { right: told.filter(({ right }) => right).length, of: told.length };
}

function row(title, names, found) {
  const run = names.flatMap((name) => found.get(name) ?? []);
  const valid = run.filter((each) => !isUncounted(each));
  const cells = COLUMNS.map((column) => {
    const { right, of } = share(valid, column);
    return of === 0 ? '–' : right === of ? `${right}` : `${right} of ${of}`;
  });
  const times = valid.map(({ ms }) => Object.values(ms).reduce((sum, each) => sum + each, 0));
  const peaks = valid.map(({ peak }) => peak);
  const range = (values, form) => (values.length > 0 ? `${form(median(values))} / ${form(Math.max(...values))}` : '–');
  const uncounted = [run.length - valid.length, names.length - run.length].map(String);
  return [title, String(valid.length), ...cells, range(times, seconds), range(peaks, gigabytes), ...uncounted];
}

function percentages(found) {
  const valid = [...found.values()].filter((each) => !isUncounted(each));
  return COLUMNS.map((column) => {
    const { right, of } = share(valid, column);
    return `${((100 * right) / of).toFixed(1)} %`;
  });
}

/** Which nodes a message names differs between columns and models; what they are does not. */
const withoutNodes = (why) => why.replaceAll(/ \(node '[^']*'(?: and \d+ more)?\)/g, '');

const text = (why) => {
  const line = withoutNodes(why).replaceAll(`${root}${path.sep}`, '').replaceAll(/\s+/g, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
};

/** Cases and columns with the same reason in one row. */
function grouped(pairs) {
  const groups = new Map();
  for (const { name, column, why } of pairs) {
    const said = text(why);
    const group = groups.get(said) ?? { names: new Set(), columns: new Set() };
    group.names.add(`\`${name}\``);
    group.columns.add(column);
    groups.set(said, group);
  }
  return [...groups].map(([said, { names, columns }]) => [[...names].join(', '), [...columns].join(', '), said]);
}

function misses(entries) {
  return entries
    .filter((each) => !isUncounted(each))
    .flatMap(({ name, columns }) =>
      COLUMNS.filter((column) => columns[column].right === false).map((column) => ({
        name,
        column,
        why: columns[column].why,
      })),
    );
}

function refused(entries) {
  return entries
    .filter((each) => !isUncounted(each))
    .flatMap(({ name, columns }) =>
      COLUMNS.filter((column) => 'none' in columns[column]).map((column) => ({
        name,
        column,
        why: columns[column].none,
      })),
    );
}

const HEAD = [
  'models',
  'measured',
  ...['inspect', 'predict', 'gradient', 'automatic layer', 'LRP', 'LIME'],
  'seconds, median / most',
  'GB, median / most',
  'not exported or invalid',
  'not run',
];

/** The page's tables of what is known of the manifest's cases. */
export function tables(found) {
  const all = cases();
  const known = new Map([...found].filter(([name]) => all.includes(name)));
  const sets = Object.keys(TITLES).map((set) => [TITLES[set], all.filter((name) => setOf(name) === set)]);
  const entries = all.flatMap((name) => known.get(name) ?? []);
  return {
    counts: [...sets.map(([title, names]) => row(title, names, known)), row('**in all**', all, known)],
    shares: percentages(known),
    misses: grouped(misses(entries)),
    refused: grouped(refused(entries)),
    uncounted: grouped(
      entries.filter(isUncounted).map(({ name, failed, invalid }) => ({
        name,
        column: failed ? 'not exported' : 'invalid',
        why: failed ?? invalid,
      })),
    ),
  };
}

/** Writes what is known of the manifest's cases into docs/models.md. */
export function writePage(found) {
  const { counts, shares, misses, refused, uncounted } = tables(found);
  let page = fs.readFileSync(file, 'utf8');
  page = replaceTable(page, 'counts', HEAD, [...counts, ['right, of those measured', '', ...shares, '', '', '', '']]);
  page = replaceTable(page, 'misses', ['models', 'column', 'reason'], misses);
  page = replaceTable(page, 'refused', ['models', 'column', 'message'], refused);
  page = replaceTable(page, 'uncounted', ['models', 'kind', 'message'], uncounted);
  page = page.replace(
    /<!-- machine -->.*<!-- machine -->/s,
    `<!-- machine -->${machine('one thread')}.<!-- machine -->`,
  );
  fs.writeFileSync(file, page);
}
