import type { ParameterSpec } from '../../explainers/methods/parameters.ts';
import type { LayerInfo } from '../../explainers/results.ts';
import { h } from '../dom.ts';
import { type CheckElement, checkbox, setChecked } from '../toolkit.ts';

export type Value = number | string | boolean;

/** A parameter's control. */
export interface Field {
  readonly element: HTMLElement;
  set(value: Value): void;
}

/** What a field tells: a new value, or why what was typed is none. */
export interface FieldEvents {
  change(value: Value): void;
  /** What stands there while it is being typed is right. */
  typed(value: Value): void;
  /** Null: what stands there now is right. */
  invalid(message: string | null): void;
  /** Enter was pressed. */
  submit(): void;
}

type Spec<K extends ParameterSpec['kind']> = K extends NumberSpec['kind']
  ? NumberSpec
  : Extract<ParameterSpec, { kind: K }>;
type NumberSpec = Extract<ParameterSpec, { kind: 'integer' | 'number' }>;
type Make<K extends ParameterSpec['kind']> = (
  name: string,
  spec: Spec<K>,
  events: FieldEvents,
  layers: readonly LayerInfo[],
) => Field;

const FIELDS: { readonly [K in ParameterSpec['kind']]: Make<K> } = {
  integer: numberField,
  number: numberField,
  choice: (name, spec, events) => selectField(name, Object.entries(spec.choices), events),
  boolean: (name, _spec, events) => {
    const element: CheckElement = checkbox(name, events.change);
    return { element, set: (value) => setChecked(element, value === true) };
  },
  text: (name, spec, events, layers) =>
    spec.suggestions === 'layers'
      ? selectField(name, layerOptions(layers), events)
      : textField(name, spec.suggestions ?? [], events),
};

export function parameterField(
  name: string,
  spec: ParameterSpec,
  events: FieldEvents,
  layers: readonly LayerInfo[],
): Field {
  return FIELDS[spec.kind](name, spec as never, events, layers);
}

/** The values that a number may have, in words; empty: any. */
export function boundsText({ min, max }: Pick<NumberSpec, 'min' | 'max'>): string {
  const [low, high] = [min, max].map((each) => each?.toLocaleString('en', { maximumFractionDigits: 6 }));
  if (low !== undefined && high !== undefined) return `from ${low} to ${high}`;
  return low !== undefined ? `at least ${low}` : high !== undefined ? `at most ${high}` : '';
}

function labelled(name: string, element: HTMLElement): HTMLElement {
  return h('label', {}, h('span', {}, name), element);
}

function numberField(name: string, spec: NumberSpec, events: FieldEvents): Field {
  const { min, max, unit } = spec;
  const element = h('input', {
    type: 'number',
    class: 'text',
    min,
    max,
    // Steps count from `min`: with 1 only whole numbers would be right.
    step: spec.kind === 'integer' ? 1 : 'any',
    'aria-label': name,
  });
  const problem = (): string | null => {
    const value = element.valueAsNumber;
    const right =
      Number.isFinite(value) &&
      (spec.kind === 'number' || Number.isSafeInteger(value)) &&
      value >= (min ?? -Infinity) &&
      value <= (max ?? Infinity);
    const kind = spec.kind === 'integer' ? 'a whole number' : 'a number';
    return right ? null : `${name} must be ${[kind, boundsText(spec)].filter(Boolean).join(' ')}.`;
  };
  listen(element, problem, () => element.valueAsNumber, events);
  return {
    element: labelled(unit ? `${name} (${unit})` : name, element),
    set: (value) => {
      element.value = String(value);
    },
  };
}

let lists = 0;

function textField(name: string, suggestions: readonly string[], events: FieldEvents): Field {
  const list = `suggestions-${++lists}`;
  const element = h('input', {
    type: 'text',
    class: 'text',
    spellcheck: 'false',
    autocomplete: 'off',
    'aria-label': name,
    list: suggestions.length > 0 ? list : null,
  });
  const value = () => element.value.trim();
  listen(element, () => (value() === '' ? `${name} must not be empty.` : null), value, events);
  const options = h('datalist', { id: list }, ...suggestions.map((each) => h('option', { value: each })));
  return {
    element: h('div', {}, labelled(name, element), suggestions.length > 0 ? options : null),
    set: (text) => {
      element.value = String(text);
      element.title = element.value; // it may be longer than the field
    },
  };
}

function listen(
  element: HTMLInputElement,
  problem: () => string | null,
  value: () => Value,
  events: FieldEvents,
): void {
  const check = (): boolean => {
    const message = problem();
    if (message === null) element.removeAttribute('aria-invalid');
    else element.setAttribute('aria-invalid', 'true');
    events.invalid(message);
    return message === null;
  };
  element.addEventListener('input', () => {
    if (check()) events.typed(value());
  });
  element.addEventListener('change', () => {
    if (check()) events.change(value());
  });
  element.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && check()) {
      events.change(value());
      events.submit();
    }
  });
}

function layerOptions(layers: readonly LayerInfo[]): readonly (readonly [string, string])[] {
  const automatic = layers.find((layer) => layer.automatic);
  return [
    ['auto', automatic ? `auto: ${automatic.name}` : 'auto'],
    ...layers.map(({ name, op, shape }) => [name, `${name}  (${op}, ${shape.join(' × ')})`] as const),
  ];
}

/** A native list: models have hundreds of layers, and it can be searched by typing. */
function selectField(name: string, options: readonly (readonly [string, string])[], events: FieldEvents): Field {
  const element = h(
    'select',
    { 'aria-label': name },
    ...options.map(([value, title]) => h('option', { value }, title)),
  );
  const shown = () => {
    element.title = element.selectedOptions[0]?.textContent ?? '';
  };
  element.addEventListener('change', () => {
    shown();
    events.change(element.value);
  });
  return {
    element: labelled(name, element),
    set: (value) => {
      const wanted = String(value);
      if (![...element.options].some((option) => option.value === wanted)) {
        element.append(h('option', { value: wanted }, wanted));
      }
      element.value = wanted;
      shown();
    },
  };
}
