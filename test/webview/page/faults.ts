import type { Page } from 'playwright-core';

/**
 * What is wrong with the layout, in words: a page or side bar that scrolls sideways, a control or text that is cut
 * where no tooltip has the rest, controls and texts that overlap. Tools that lie over their titles until they are
 * needed, and what lies over the picture on purpose, do not count.
 */
export function faultsIn(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element) => {
      const mark = element.getAttribute('aria-label') ?? element.textContent?.trim() ?? '';
      return `${element.tagName.toLowerCase()}.${element.className} “${mark.slice(0, 40)}”`;
    };
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth} wide`);
    for (const bar of document.querySelectorAll('.sidebar, .layout-bar, .footer')) {
      if (bar.scrollWidth > bar.clientWidth + 1)
        faults.push(`${name(bar).slice(0, 30)} scrolls sideways by ${bar.scrollWidth - bar.clientWidth}`);
    }
    const wide = [...document.querySelectorAll('.sidebar *')].filter(
      (each) => each.getBoundingClientRect().right > each.closest('.sidebar')!.getBoundingClientRect().right + 1,
    );
    if (wide.length > 0 && faults.length > 0)
      faults.push(`beyond the side bar: ${wide.slice(0, 3).map(name).join(', ')}`);
    const visible = (element: Element) =>
      element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !element.closest('.unseen, dialog');
    const rect = (element: Element) => element.getBoundingClientRect();
    // The part of an element that its ancestors do not clip; what scrolls sideways by itself is reached by scrolling.
    const clipped = (element: Element, byScrollers = true) => {
      const { left, top, right, bottom } = rect(element);
      const seen = { left, top, right, bottom };
      for (let at = element.parentElement; at; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        if (!byScrollers && (overflowX === 'auto' || overflowX === 'scroll')) break;
        const box = rect(at);
        if (overflowX !== 'visible') {
          seen.left = Math.max(seen.left, box.left);
          seen.right = Math.min(seen.right, box.right);
        }
        if (overflowY !== 'visible') {
          seen.top = Math.max(seen.top, box.top);
          seen.bottom = Math.min(seen.bottom, box.bottom);
        }
      }
      return seen;
    };
    const leaves = [...document.querySelectorAll('body *')].filter((element) => {
      const control = element.matches('button, input, select, summary');
      const text = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '',
      );
      return (control || text) && !element.matches('option, optgroup, script, style') && visible(element);
    });
    for (const element of leaves) {
      const { overflowX } = getComputedStyle(element);
      if (
        overflowX !== 'visible' &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.closest('[title]') &&
        element.clientWidth > 0
      )
        faults.push(`${name(element)} is cut: ${element.clientWidth} of ${element.scrollWidth}`);
      const box = rect(element);
      const seen = clipped(element, false);
      // Cut sideways; up and down, lists scroll.
      if (
        seen.right - seen.left < box.width - 1 &&
        !element.closest('[title]') &&
        !element.closest('[data-grid], .agreement-table')
      )
        faults.push(`${name(element)} is cut at ${Math.round(seen.right - seen.left)} of ${Math.round(box.width)}`);
    }
    // In the narrow layout the picture stays, and the rest scrolls behind it.
    const viewer = document.querySelector('.viewer')!;
    const covered = getComputedStyle(viewer).position === 'sticky' ? rect(viewer).bottom : 0;
    const placed = leaves
      .filter((element) => !element.closest('.side, .tile-surface, .grid-tools, .status, .stage-frame .cursor'))
      .map((element) => ({ element, ...clipped(element) }))
      .map((each) => (viewer.contains(each.element) ? each : { ...each, top: Math.max(each.top, covered) }))
      .filter(({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1)
      .sort((a, b) => a.top - b.top);
    for (const [i, a] of placed.entries()) {
      for (let j = i + 1; j < placed.length && placed[j]!.top < a.bottom - 2; j++) {
        const b = placed[j]!;
        const apart = b.left >= a.right - 2 || b.right <= a.left + 2 || b.bottom <= a.top + 2;
        if (apart || a.element.contains(b.element) || b.element.contains(a.element)) continue;
        // A label's box is the whole row.
        if (
          a.element.closest('label') &&
          a.element.closest('label') === b.element.closest('label') &&
          a.element.matches('select, .select *')
        )
          continue;
        faults.push(`${name(a.element)} overlaps ${name(b.element)}`);
      }
    }
    return faults.slice(0, 12);
  });
}
