import type { AnyParameters, ParameterSpec } from '../../explainers/methods/parameters.ts';
import type { LayerInfo, MethodInfo } from '../../explainers/results.ts';
import { fill, h, type View, whenChanged } from '../dom.ts';
import {
  button,
  type CheckElement,
  checkbox,
  dropdown,
  setChecked,
  setOptions,
  type ValueElement,
} from '../toolkit.ts';

export interface ParametersModel {
  readonly method: Pick<MethodInfo, 'id' | 'parameters' | 'defaults'>;
  /** What the user changed. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
}

type Change = (name: string, value: number | string | boolean | null) => void;

interface Field {
  readonly element: HTMLElement;
  set(value: number | string | boolean): void;
}

/** A form made from a method's parameter schema: one row each, and a way back to the defaults. */
export function parametersForm(onchange: Change): View<ParametersModel> {
  const fields = new Map<string, Field>();
  const element = h('div', { class: 'parameters' });
  const reset = button('Use the defaults', () => {
    for (const name of fields.keys()) onchange(name, null);
  });
  const build = whenChanged<Pick<ParametersModel, 'method' | 'layers'>>(({ method, layers }) => {
    fields.clear();
    const rows = Object.entries(method.parameters).map(([name, spec]) => {
      const field = FIELDS[spec.kind](name, spec as never, (value) => onchange(name, value), layers);
      fields.set(name, field);
      return h(
        'div',
        { class: 'parameter', 'data-parameter': `${method.id}.${name}` },
        field.element,
        h('p', { class: 'about' }, spec.about),
      );
    });
    fill(element, ...rows, reset);
  });
  const update = whenChanged<ParametersModel>(({ method, changed, layers }) => {
    build({ method, layers });
    for (const [name, field] of fields) {
      const value = changed[name] ?? method.defaults[name] ?? method.parameters[name]?.default;
      if (value !== undefined) field.set(value);
    }
    reset.hidden = Object.keys(changed).length === 0;
  });
  return { element, update };
}

type Spec<K extends ParameterSpec['kind']> = Extract<ParameterSpec, { kind: K }>;
type Fields = {
  readonly [K in ParameterSpec['kind']]: (
    name: string,
    spec: Spec<K>,
    change: (value: number | string | boolean) => void,
    layers: readonly LayerInfo[],
  ) => Field;
};

const FIELDS: Fields = {
  integer: numberField,
  number: numberField,
  choice: (name, spec, change) => {
    const element = dropdown(name, change);
    return {
      element: labelled(name, element),
      set: (value) =>
        setOptions(
          element,
          Object.entries(spec.choices).map(([id, title]) => [id, title]),
          String(value),
        ),
    };
  },
  boolean: (name, _spec, change) => {
    const element: CheckElement = checkbox(name, change);
    return { element, set: (value) => setChecked(element, value === true) };
  },
  text: (name, spec, change, layers) =>
    spec.suggestions === 'layers' ? layerField(name, change, layers) : textField(name, change),
};

function labelled(name: string, element: HTMLElement): HTMLElement {
  return h('label', {}, h('span', {}, name), element);
}

function numberField(name: string, spec: Spec<'integer' | 'number'>, change: (value: number) => void): Field {
  const { min, max, unit } = spec;
  const element = h('input', {
    type: 'number',
    class: 'number',
    min,
    max,
    step: spec.kind === 'integer' ? 1 : 'any',
    'aria-label': name,
  });
  element.addEventListener('change', () => {
    const value = element.valueAsNumber;
    if (element.checkValidity() && Number.isFinite(value)) change(value);
    else element.reportValidity();
  });
  return {
    element: labelled(unit ? `${name} (${unit})` : name, element),
    set: (value) => {
      element.value = String(value);
    },
  };
}

function textField(name: string, change: (value: string) => void): Field {
  const element = h('vscode-text-field', { 'aria-label': name }) as ValueElement;
  element.addEventListener('change', () => change(element.value.trim()));
  return {
    element: labelled(name, element),
    set: (value) => {
      element.value = String(value);
    },
  };
}

/** A native list: models have hundreds of layers, and it can be searched by typing. */
function layerField(name: string, change: (value: string) => void, layers: readonly LayerInfo[]): Field {
  const automatic = layers.find((layer) => layer.automatic);
  const element = h(
    'select',
    { 'aria-label': name },
    h('option', { value: 'auto' }, automatic ? `auto: ${automatic.name}` : 'auto'),
    ...layers.map((layer) =>
      h(
        'option',
        { value: layer.name },
        `${layer.name}  (${layer.op}, ${layer.shape[0]} × ${layer.shape[1]} × ${layer.shape[2]})`,
      ),
    ),
  );
  element.addEventListener('change', () => change(element.value));
  return {
    element: labelled(name, element),
    set: (value) => {
      const wanted = String(value);
      if (![...element.options].some((option) => option.value === wanted)) {
        element.append(h('option', { value: wanted }, wanted));
      }
      element.value = wanted;
    },
  };
}
