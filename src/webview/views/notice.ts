import type { Actions } from '../actions.ts';
import { attribute, fill, h, type View, whenChanged } from '../dom.ts';
import { icon } from '../icons.ts';
import type { Notice } from '../state.ts';
import { button, iconButton } from '../toolkit.ts';

/** A line over the page: the model changed on disk, the explainer stopped. */
export function noticeView(actions: Actions): View<Notice | null> {
  const element = h('div', { class: 'notice', role: 'status', 'aria-live': 'polite' });
  const update = whenChanged<Notice | null>((notice) => {
    element.hidden = notice === null;
    attribute(element, 'data-notice', notice?.id);
    attribute(element, 'data-tone', notice?.tone);
    if (!notice) return;
    fill(
      element,
      icon(notice.tone === 'error' ? 'error' : 'refresh'),
      h('p', {}, notice.text, notice.next ? h('span', { class: 'next' }, ` ${notice.next}`) : null),
      notice.id === 'explainerStopped' ? button('Run again', () => actions.retry(), 'primary') : null,
      iconButton('close', 'Dismiss', () => actions.dismissNotice()),
    );
  });
  return { element, update };
}
