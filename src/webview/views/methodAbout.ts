import type { MethodInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, h, text, type View } from '../dom.ts';
import { icon } from '../icons.ts';
import { iconButton } from '../toolkit.ts';

export interface MethodAboutModel {
  readonly info: MethodInfo;
  readonly favourite: boolean;
}

/** What a method shows, when it misleads, where to read more, and whether it stands on top of the list. */
export function methodAbout(actions: Actions, id: string): View<MethodAboutModel> {
  const summary = h('p', {});
  const caution = h('span', {});
  const pin = iconButton('pin', 'Keep on top of the list', () => actions.toggleFavourite(id));
  attribute(pin, 'data-favourite-toggle', id);
  const page = h(
    'button',
    { class: 'link', type: 'button', 'data-method-page': id, onclick: () => actions.openMethodPage(id) },
    'More: formula and paper',
  );
  const faithful = h(
    'button',
    {
      class: 'link',
      type: 'button',
      'data-method-faithfulness': id,
      title: 'Measure whether the map shows what the model uses',
      onclick: () => {
        actions.assess(id);
        document.querySelector('[data-section=faithfulness]')?.scrollIntoView({ block: 'start' });
      },
    },
    'Faithfulness…',
  );
  return {
    element: h(
      'div',
      { class: 'method-about' },
      summary,
      h('p', { class: 'caution' }, icon('warning'), caution),
      h('div', { class: 'method-links' }, page, faithful, pin),
    ),
    update({ info, favourite }) {
      text(summary, info.summary);
      text(caution, info.caution);
      faithful.hidden = info.unavailable !== undefined;
      const label = favourite ? 'Take from the top of the list' : 'Keep on top of the list';
      attribute(pin, 'aria-pressed', String(favourite));
      attribute(pin, 'aria-label', label);
      attribute(pin, 'title', label);
    },
  };
}
