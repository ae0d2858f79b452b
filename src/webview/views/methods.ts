import type { Actions } from '../actions.ts';
import { h, KeyedList, type View } from '../dom.ts';
import { type MethodModel, methodView } from './method.ts';
import { section } from './section.ts';

export interface MethodsModel {
  readonly methods: readonly MethodModel[] | null;
  readonly waiting: boolean;
  readonly collapsed: boolean;
}

/** The explainers: a switch each, and under those that are on what there is to know of their heatmap. */
export function methodsView(actions: Actions): View<MethodsModel> {
  const list = h('div', { class: 'methods-list' });
  const rows = new KeyedList<MethodModel>(list, ({ row }) => methodView(actions, row.info.id));
  const skeleton = h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('div'), h('div'), h('div'));
  const parts = section('methods', 'Methods', (id) => actions.toggleSection(id), list, skeleton);
  return {
    element: parts.element,
    update({ methods, waiting, collapsed }) {
      parts.setCollapsed(collapsed);
      skeleton.hidden = methods !== null || !waiting;
      rows.update(methods ?? [], ({ row }) => row.info.id);
    },
  };
}
