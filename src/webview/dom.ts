// The few lines that stand in for a framework: elements by a call, and a view that renders only what has changed.

type Attribute = string | number | boolean | null | undefined;
export type Child = Node | string | null | undefined | false;

interface Properties {
  /** Attributes: true is an empty one, false, null and undefined are none. */
  readonly [attribute: string]: Attribute | ((event: never) => void);
}

/** An element with attributes, listeners (`onclick`, `onkeydown`, …: functions) and children. Text is never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Properties,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K];
export function h(tag: string, properties?: Properties, ...children: readonly Child[]): HTMLElement;
export function h(tag: string, properties: Properties = {}, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else attribute(element, name, value);
  }
  append(element, children);
  return element;
}

/** Sets or removes an attribute, only where it differs. */
export function attribute(element: Element, name: string, value: Attribute): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else {
    const text = value === true ? '' : String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Replaces the children. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** Sets the text where it differs, so that live regions do not repeat themselves. */
export function text(element: Element, value: string): void {
  if (element.textContent !== value) element.textContent = value;
}

/** A custom property, through the object model: the content security policy allows no style attributes. */
export function custom(element: HTMLElement, name: `--${string}`, value: string | number): void {
  element.style.setProperty(name, String(value));
}

/** Part of the page: an element, and a function that brings it up to date with a model. */
export interface View<Model> {
  readonly element: HTMLElement;
  update(model: Model): void;
}

/** Calls `render` only when the model differs in content from the last one. For small models of plain data. */
export function whenChanged<Model>(render: (model: Model) => void): (model: Model) => void {
  let last: string | undefined;
  return (model) => {
    const now = JSON.stringify(model);
    if (now === last) return;
    last = now;
    render(model);
  };
}

/**
 * Keeps one child per item, in order, reusing the element of a key: focus, scrolling and open forms survive.
 */
export class KeyedList<Item> {
  readonly #parent: Element;
  readonly #make: (item: Item) => View<Item>;
  readonly #views = new Map<string, View<Item>>();

  constructor(parent: Element, make: (item: Item) => View<Item>) {
    this.#parent = parent;
    this.#make = make;
  }

  update(items: readonly Item[], keyOf: (item: Item) => string): void {
    const seen = new Set<string>();
    let place = this.#parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      seen.add(key);
      const view = this.#views.get(key) ?? this.#make(item);
      this.#views.set(key, view);
      if (view.element === place) place = place.nextElementSibling;
      else this.#parent.insertBefore(view.element, place);
      view.update(item);
    }
    for (const [key, view] of this.#views) {
      if (seen.has(key)) continue;
      view.element.remove();
      this.#views.delete(key);
    }
  }
}
