import path from 'node:path';
import type { Finding } from '../../explainers/contracts/results.ts';
import { ask, pick, pickMany } from '../say.ts';
import {
  type Arrangement,
  classesOf,
  EVERYTHING,
  filterText,
  type Group,
  type Sort,
  STATES,
  stateOf,
} from './arrangement.ts';
import { filesOf } from './checked.ts';
import { KIND_IDS, KINDS } from './kinds.ts';
import type { FindingsTree } from './tree.ts';

type Filter = Omit<Arrangement, 'sort' | 'group'>;

const TITLE = 'Filter Findings';

interface Item<T> {
  readonly label: string;
  readonly description: string;
  readonly value: T;
}

/** Asks by what the findings are filtered, and then for the values. */
export async function chooseFilter(tree: FindingsTree, all: readonly Finding[]): Promise<void> {
  const now = tree.arrangement;
  const said = (key: keyof Filter) => filterText({ ...EVERYTHING, [key]: now[key] }) || 'all';
  const many = <T>(items: readonly Item<T>[], chosen: readonly T[] | null) => chooseSome(items, chosen);
  const counted = (test: (finding: Finding) => boolean) => String(all.filter(test).length);
  const kinds = KIND_IDS.map((kind) => ({
    label: KINDS[kind].title,
    description: counted((each) => each.kind === kind),
    value: kind,
  }));
  const classes = classesOf(all).map((name) => ({
    label: name,
    description: counted(({ label }) => label === name),
    value: name,
  }));
  const states = STATES.map((state) => ({
    label: state,
    description: counted((each) => stateOf(each) === state),
    value: state,
  }));
  const files = [...filesOf(all)].map((file) => ({
    label: path.basename(file),
    description: path.dirname(file),
    value: file,
  }));
  const choices = [
    { label: 'State', description: said('states'), run: async () => change('states', await many(states, now.states)) },
    {
      label: 'Class',
      description: said('classes'),
      run: async () => change('classes', await many(classes, now.classes)),
    },
    { label: 'Kind', description: said('kinds'), run: async () => change('kinds', await many(kinds, now.kinds)) },
    {
      label: 'Least Score',
      description: now.least > 0 ? String(now.least) : 'none',
      run: async () => change('least', await askLeast(now.least)),
    },
    { label: 'File', description: said('files'), run: async () => change('files', await many(files, now.files)) },
    {
      label: 'Show All',
      description: '',
      run: () => tree.arrange({ kinds: null, classes: null, states: null, files: null, least: 0 }),
    },
  ];
  const change = async <K extends keyof Filter>(key: K, value: Filter[K] | undefined) => {
    if (value !== undefined) await tree.arrange({ [key]: value });
  };
  const chosen = await pick(choices, { title: TITLE, placeHolder: 'By what' });
  await chosen?.run();
}

/** Undefined: the person changed their mind; null: all. */
async function chooseSome<T>(
  items: readonly Item<T>[],
  chosen: readonly T[] | null,
): Promise<readonly T[] | null | undefined> {
  const marked = items.map((item) => ({ ...item, picked: chosen?.includes(item.value) ?? true }));
  const picked = await pickMany(marked, { title: TITLE, placeHolder: 'Which are shown' });
  if (!picked) return undefined;
  return picked.length === 0 || picked.length === items.length ? null : picked.map(({ value }) => value);
}

async function askLeast(value: number): Promise<number | undefined> {
  const text = await ask({
    title: TITLE,
    prompt: 'The least score, from 0 to 1.',
    value: String(value),
    validateInput: (typed) =>
      Number(typed) >= 0 && Number(typed) <= 1 && typed.trim() !== '' ? null : 'A number from 0 to 1.',
  });
  return text === undefined ? undefined : Number(text);
}

const ORDERS: readonly {
  readonly label: string;
  readonly description: string;
  readonly sort?: Sort;
  readonly group?: Group;
}[] = [
  { label: 'Sort by Suspicion', description: 'the most suspicious first', sort: 'suspicion' },
  { label: 'Sort by Image', description: 'by path', sort: 'image' },
  { label: 'Sort by Class', description: 'by name, then by suspicion', sort: 'class' },
  { label: 'Group by Kind', description: 'what looks wrong', group: 'kind' },
  { label: 'Group by Class', description: 'the class in question', group: 'class' },
];

export async function chooseOrder(tree: FindingsTree): Promise<void> {
  const chosen = await pick(ORDERS, { title: 'Sort or Group Findings' });
  if (chosen?.sort) await tree.arrange({ sort: chosen.sort });
  if (chosen?.group) await tree.arrange({ group: chosen.group });
}
