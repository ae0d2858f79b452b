import type { MethodGroup } from '../../explainers/contracts/results.ts';
import { count } from '../format.ts';
import type { MethodModel } from './Method.tsx';

/** The groups in this order, each with the parts that its maps are made of. */
const GROUPS: Readonly<Record<MethodGroup, string>> = {
  regions: 'Regions: the view of a layer',
  pixels: 'Pixels: gradients and relevance',
  superpixels: 'Superpixels: parts hidden and shown',
  hiding: 'Black box: windows and masks',
};

/** Up to this many methods are listed at once, without a button for more. */
const LIST_ALL_UP_TO = 8;

export interface MethodList {
  /** Favourites, and of the others those that are on while the list is collapsed. */
  readonly top: readonly MethodModel[];
  /** The label of the button for all methods; null: there is none. */
  readonly door: string | null;
  /** While the list is expanded: the others that match the filter. */
  readonly groups: readonly { readonly title: string; readonly methods: readonly MethodModel[] }[];
}

/**
 * The listed methods: favourites, then the others by group behind a button; those that cannot run here come last in
 * their group.
 */
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
