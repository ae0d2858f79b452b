import type { MethodGroup } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, h, KeyedList, text, type View } from '../dom.ts';
import { count } from '../format.ts';
import { icon } from '../icons.ts';
import { type MethodModel, methodView } from './method.ts';
import { type PresetsModel, presetsView } from './presets.ts';
import { section } from './section.ts';

export interface MethodsModel {
  readonly methods: readonly MethodModel[] | null;
  readonly presets: PresetsModel | null;
  readonly waiting: boolean;
  readonly collapsed: boolean;
  /** All are listed, not only the favourites and those that are on. */
  readonly all: boolean;
  readonly filter: string;
}

/** In this order, with what a map of each group is made of. */
const GROUPS: Readonly<Record<MethodGroup, string>> = {
  regions: 'Regions: what a layer sees',
  pixels: 'Pixels: gradients and relevance',
  superpixels: 'Superpixels: parts hidden and shown',
  hiding: 'Black box: windows and masks',
};

/** So few are listed at once, without a door. */
const LIST_ALL_UP_TO = 8;

type Item =
  | { readonly kind: 'method'; readonly key: string; readonly model: MethodModel }
  | { readonly kind: 'group'; readonly key: string; readonly title: string }
  | { readonly kind: 'door'; readonly key: string; readonly open: boolean; readonly text: string }
  | { readonly kind: 'filter'; readonly key: string; readonly value: string }
  | { readonly kind: 'none'; readonly key: string };

/** The explainers, favourites first: a switch each, and under those that are on what there is to know of their heatmap. */
export function methodsView(actions: Actions): View<MethodsModel> & { focus(): void } {
  const list = h('div', { class: 'methods-list' });
  const items = new KeyedList<Item>(list, (item) => itemView(item, actions));
  const skeleton = h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('div'), h('div'), h('div'));
  const presets = presetsView(actions);
  const parts = section('methods', 'Methods', (id) => actions.toggleSection(id), presets.element, list, skeleton);
  let wanted = false;
  const focus = () => {
    const find = (selector: string) => list.querySelector<HTMLElement>(selector);
    const target = find('[data-method-filter]') ?? find('[data-method-toggle]:not([disabled])');
    if (!target) return;
    wanted = false;
    target.focus();
  };
  return {
    element: parts.element,
    /** Once all are listed, which is a little later. */
    focus() {
      wanted = true;
      actions.showAllMethods();
    },
    update(model) {
      parts.setCollapsed(model.collapsed);
      skeleton.hidden = model.methods !== null || !model.waiting;
      presets.element.hidden = model.presets === null;
      if (model.presets) presets.update(model.presets);
      items.update(itemsOf(model), ({ key }) => key);
      if (wanted && !model.collapsed) focus();
    },
  };
}

/** What is listed: favourites, then behind a door the others by group; while it is shut, those of them that are on. */
function itemsOf({ methods, all, filter }: MethodsModel): readonly Item[] {
  if (!methods) return [];
  const item = (model: MethodModel): Item => ({ kind: 'method', key: `method ${model.row.info.id}`, model });
  const top = methods.length <= LIST_ALL_UP_TO ? methods : methods.filter((each) => each.favourite);
  const rest = methods.filter((each) => !top.includes(each));
  if (rest.length === 0) return top.map(item);
  const shut = rest.filter(({ row }) => !row.on && !row.info.unavailable).length;
  const cannot = rest.filter(({ row }) => row.info.unavailable).length;
  const left = [count(shut, 'more method'), ...(cannot > 0 ? [`${cannot} that cannot run here`] : [])].join(', ');
  const door: Item = { kind: 'door', key: 'door', open: all, text: all ? 'Fewer methods' : left };
  if (!all) return [...top.map(item), ...rest.filter(({ row }) => row.on).map(item), door];
  const found = rest.filter((each) => matches(each, filter));
  const groups = Object.entries(GROUPS).flatMap(([group, title]): Item[] => {
    const members = found.filter(({ row }) => row.info.group === group);
    // What cannot run here comes last.
    members.sort((a, b) => Number(Boolean(a.row.info.unavailable)) - Number(Boolean(b.row.info.unavailable)));
    return members.length > 0 ? [{ kind: 'group', key: `group ${group}`, title }, ...members.map(item)] : [];
  });
  const none: Item[] = found.length === 0 ? [{ kind: 'none', key: 'none' }] : [];
  return [...top.map(item), door, { kind: 'filter', key: 'filter', value: filter }, ...groups, ...none];
}

function matches({ row: { info } }: MethodModel, filter: string): boolean {
  const words = filter.trim().toLowerCase().split(/\s+/);
  const text = [info.id, info.title, info.summary, GROUPS[info.group]].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The same element for as long as the item is listed: its view takes only items of its own kind. */
function itemView(item: Item, actions: Actions): View<Item> {
  switch (item.kind) {
    case 'method':
      return ofKind('method', methodView(actions, item.model.row.info.id), ({ model }) => model);
    case 'group':
      return {
        element: h('h3', { class: 'method-group', 'data-method-group': item.key }, item.title),
        update: () => {},
      };
    case 'door':
      return ofKind('door', doorView(actions), (each) => each);
    case 'filter':
      return ofKind('filter', filterView(actions), ({ value }) => value);
    case 'none':
      return { element: h('p', { class: 'empty' }, 'No method matches.'), update: () => {} };
  }
}

function ofKind<K extends Item['kind'], Model>(
  kind: K,
  view: View<Model>,
  modelOf: (item: Extract<Item, { kind: K }>) => Model,
): View<Item> {
  return {
    element: view.element,
    update: (item) => {
      if (item.kind === kind) view.update(modelOf(item as Extract<Item, { kind: K }>));
    },
  };
}

function doorView(actions: Actions): View<{ readonly open: boolean; readonly text: string }> {
  const label = h('span', {});
  let open = false;
  const element = h(
    'button',
    { class: 'section-toggle door', type: 'button', 'data-methods-door': true },
    icon('down', 'twistie'),
    label,
  );
  element.addEventListener('click', () => actions.adjust({ allMethods: !open, methodFilter: '' }));
  return {
    element,
    update(model) {
      open = model.open;
      attribute(element, 'aria-expanded', String(open));
      text(label, model.text);
    },
  };
}

function filterView(actions: Actions): View<string> {
  const element = h('input', {
    type: 'search',
    class: 'text method-filter',
    placeholder: 'Find a method',
    'aria-label': 'Find a method',
    'data-method-filter': true,
  });
  element.addEventListener('input', () => actions.adjust({ methodFilter: element.value }));
  return {
    element,
    update(value) {
      if (element.value !== value) element.value = value;
    },
  };
}
