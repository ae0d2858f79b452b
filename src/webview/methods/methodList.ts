import type { MethodGroup } from '../../explainers/contracts/results.ts';
import { count } from '../format.ts';
import type { MethodModel } from './Method.tsx';

/** In this order, with what a map of each group is made of. */
const GROUPS: Readonly<Record<MethodGroup, string>> = {
  regions: 'Regions: what a layer sees',
  pixels: 'Pixels: gradients and relevance',
  superpixels: 'Superpixels: parts hidden and shown',
  hiding: 'Black box: windows and masks',
};

/** So few are listed at once, without a door. */
const LIST_ALL_UP_TO = 8;

export interface MethodList {
  /** Favourites, and while the door is shut those of the others that are on. */
  readonly top: readonly MethodModel[];
  /** What the door to all methods says; null: there is none. */
  readonly door: string | null;
  /** Behind the door, while it is open: the others that match the filter. */
  readonly groups: readonly { readonly title: string; readonly methods: readonly MethodModel[] }[];
}

/** What is listed: favourites, then behind a door the others by group; what cannot run here comes last in its group. */
export function methodList(methods: readonly MethodModel[], all: boolean, filter: string): MethodList {
  const top = methods.length <= LIST_ALL_UP_TO ? methods : methods.filter((each) => each.favourite);
  const rest = methods.filter((each) => !top.includes(each));
  if (rest.length === 0) return { top, door: null, groups: [] };
  if (!all) return { top: [...top, ...rest.filter(({ row }) => row.on)], door: behind(rest), groups: [] };
  const found = rest.filter((each) => matches(each, filter));
  const cannot = ({ row }: MethodModel) => Number(row.info.unavailable !== undefined);
  const groups = Object.entries(GROUPS).map(([group, title]) => ({
    title,
    methods: found.filter(({ row }) => row.info.group === group).sort((a, b) => cannot(a) - cannot(b)),
  }));
  return { top, door: 'Fewer methods', groups: groups.filter((group) => group.methods.length > 0) };
}

function behind(rest: readonly MethodModel[]): string {
  const shut = rest.filter(({ row }) => !row.on && !row.info.unavailable).length;
  const cannot = rest.filter(({ row }) => row.info.unavailable).length;
  return [count(shut, 'more method'), ...(cannot > 0 ? [`${cannot} that cannot run here`] : [])].join(', ');
}

function matches({ row: { info } }: MethodModel, filter: string): boolean {
  const words = filter.trim().toLowerCase().split(/\s+/);
  const text = [info.id, info.title, info.summary, GROUPS[info.group]].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
