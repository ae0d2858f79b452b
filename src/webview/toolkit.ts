import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h } from './dom.ts';
import { type IconName, icon } from './icons.ts';

/** Defines the components of VS Code's webview toolkit that the page uses; the bundle holds no others. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export function button(
  label: string,
  onclick: () => void,
  appearance: 'primary' | 'secondary' = 'secondary',
): HTMLElement {
  return h('vscode-button', { appearance, onclick }, label);
}

/** A button that shows only an icon: its label is the tooltip and the accessible name. */
export function iconButton(name: IconName, label: string, onclick: (event: MouseEvent) => void): HTMLElement {
  return h('vscode-button', { appearance: 'icon', title: label, 'aria-label': label, onclick }, icon(name));
}

/** A toolkit element that holds a value: text field, dropdown. */
export type ValueElement = HTMLElement & { value: string; disabled: boolean };
export type CheckElement = HTMLElement & { checked: boolean; disabled: boolean };

/** What we set ourselves last: the toolkit tells of that as of the user's changes. */
const set = new WeakMap<HTMLElement, string | boolean>();

export function dropdown(label: string, onchange: (value: string) => void): ValueElement {
  const element = h('vscode-dropdown', { 'aria-label': label }) as ValueElement;
  element.addEventListener('change', () => {
    if (element.value === set.get(element)) return;
    set.set(element, element.value);
    onchange(element.value);
  });
  return element;
}

/** Fills a dropdown and selects a value. The toolkit takes a value only once its options are there. */
export function setOptions(
  element: ValueElement,
  options: readonly (readonly [string, string])[],
  value: string,
): void {
  const wanted = JSON.stringify(options);
  const refilled = element.dataset['options'] !== wanted;
  if (refilled) {
    element.dataset['options'] = wanted;
    element.replaceChildren(...options.map(([id, title]) => h('vscode-option', { value: id }, title)));
  }
  if (!refilled && set.get(element) === value) return;
  set.set(element, value);
  // After the toolkit has taken note of its options, which it does a little later.
  requestAnimationFrame(() => {
    element.value = set.get(element) as string;
  });
}

let labels = 0;

/** Named by its label, also when that changes: the toolkit calls it “Checkbox” where it is put in before it has a text. */
export function checkbox(label: string | Node, onchange: (checked: boolean) => void): CheckElement {
  const id = `checkbox-label-${++labels}`;
  const element = h('vscode-checkbox', { 'aria-labelledby': id }, h('span', { id }, label)) as CheckElement;
  element.addEventListener('change', () => {
    if (element.checked === set.get(element)) return;
    set.set(element, element.checked);
    onchange(element.checked);
  });
  return element;
}

/** Sets a checkbox without its telling anybody. */
export function setChecked(element: CheckElement, checked: boolean): void {
  set.set(element, checked);
  if (element.checked !== checked) element.checked = checked;
}
