import { attribute, custom, h } from '../dom.ts';

const LEAST = 240;
const STEP = 16;

/** The bar between image and side bar: drag it, or move it with the arrow keys; a double click goes back to the usual width. */
export function splitter(
  page: HTMLElement,
  onwidth: (width: number | null) => void,
): { readonly element: HTMLElement; set(width: number | null): void } {
  const element = h('div', {
    class: 'splitter',
    role: 'separator',
    tabindex: 0,
    'aria-orientation': 'vertical',
    'aria-label': 'Width of the side bar',
  });
  let width: number | null = null;
  const now = () => width ?? page.clientWidth - element.offsetLeft;
  const wish = (value: number) => onwidth(Math.round(Math.min(page.clientWidth * 0.7, Math.max(LEAST, value))));
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    element.classList.add('dragging');
  });
  element.addEventListener('pointermove', (event) => {
    if (element.hasPointerCapture(event.pointerId)) wish(page.getBoundingClientRect().right - event.clientX);
  });
  element.addEventListener('pointerup', () => element.classList.remove('dragging'));
  element.addEventListener('dblclick', () => onwidth(null));
  element.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') wish(now() + STEP);
    else if (event.key === 'ArrowRight') wish(now() - STEP);
    else return;
    event.preventDefault();
  });
  return {
    element,
    set(value) {
      width = value;
      if (value === null) page.style.removeProperty('--sidebar');
      else custom(page, '--sidebar', `${value}px`);
      attribute(element, 'aria-valuenow', value);
    },
  };
}
