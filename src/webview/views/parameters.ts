import type { AnyParameters, ParameterSpec } from '../../explainers/methods/parameters.ts';
import type { LayerInfo, MethodInfo } from '../../explainers/results.ts';
import { attribute, fill, h, text, type View, whenChanged } from '../dom.ts';
import { button, iconButton } from '../toolkit.ts';
import { boundsText, type Field, parameterField, type Value } from './parameterFields.ts';

export interface ParametersModel {
  readonly method: Pick<MethodInfo, 'id' | 'parameters' | 'defaults'>;
  /** What the user changed. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
  /** Changes are collected until the user says “Run”: each would start minutes of work. */
  readonly deferred: boolean;
}

/** Changes that follow one another sooner than this are applied together. */
const PAUSE = 300;

interface Row {
  readonly element: HTMLElement;
  readonly field: Field;
  readonly reset: HTMLElement;
  readonly problem: HTMLElement;
}

/** A form made from a method's parameter schema: one row each, what is changed marked, and ways back to the defaults. */
export function parametersForm(apply: (changed: AnyParameters) => void): View<ParametersModel> {
  const rows = new Map<string, Row>();
  /** Not applied yet; null: back to the default. */
  const pending = new Map<string, Value | null>();
  let last: ParametersModel | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const element = h('div', { class: 'parameters' });
  const list = h('div', { class: 'parameters-list' });
  const run = button('Run with these', () => flush(), 'primary');
  const discard = button('Discard', () => {
    pending.clear();
    show();
  });
  const drafts = h('div', { class: 'buttons' }, run, discard);
  const reset = button('Use the defaults', () => {
    pending.clear();
    apply({});
  });
  element.append(list, drafts, reset);

  function flush(): void {
    clearTimeout(timer);
    if (!last || pending.size === 0) return;
    const next: Record<string, Value> = { ...last.changed };
    for (const [name, value] of pending) {
      if (value === null) delete next[name];
      else next[name] = value;
    }
    pending.clear();
    apply(next);
  }

  function change(name: string, value: Value | null): void {
    if (!last) return;
    const wanted = value === usual(last, name) ? null : value;
    if (wanted === (last.changed[name] ?? null)) pending.delete(name);
    else pending.set(name, wanted);
    show();
    clearTimeout(timer);
    if (!last.deferred) timer = setTimeout(flush, PAUSE);
  }

  function show(): void {
    if (!last) return;
    for (const [name, row] of rows) {
      const own = pending.has(name) ? (pending.get(name) ?? null) : (last.changed[name] ?? null);
      if (!isTypedIn(row.element)) {
        row.field.set(own ?? usual(last, name));
        told(row, null);
      }
      attribute(row.element, 'data-changed', own !== null);
      attribute(row.element, 'data-draft', pending.has(name));
      row.reset.hidden = own === null;
      row.reset.title = `Back to ${usual(last, name)}`;
      attribute(row.reset, 'aria-label', `${name}: back to ${usual(last, name)}`);
    }
    drafts.hidden = !last.deferred || pending.size === 0;
    reset.hidden = Object.keys(last.changed).length === 0;
  }

  const build = whenChanged<Pick<ParametersModel, 'method' | 'layers'>>(({ method, layers }) => {
    rows.clear();
    pending.clear();
    for (const [name, spec] of Object.entries(method.parameters)) {
      const field = parameterField(
        name,
        spec,
        {
          change: (value) => change(name, value),
          typed: (value) => {
            if (last?.deferred) change(name, value);
          },
          invalid: (message) => told(rows.get(name), message),
          submit: flush,
        },
        layers,
      );
      const back = iconButton('undo', '', () => change(name, null));
      const problem = h('p', { class: 'invalid', role: 'alert' });
      const element = h(
        'div',
        { class: 'parameter', 'data-parameter': `${method.id}.${name}` },
        h('div', { class: 'parameter-control' }, field.element, back),
        problem,
        h('p', { class: 'about' }, [spec.about, rangeText(spec)].filter(Boolean).join(' ')),
      );
      rows.set(name, { element, field, reset: back, problem });
    }
    fill(list, ...[...rows.values()].map((row) => row.element));
  });
  const update = whenChanged<ParametersModel>((model) => {
    build({ method: model.method, layers: model.layers });
    last = model;
    show();
  });
  return { element, update };
}

function usual({ method }: ParametersModel, name: string): Value {
  return method.defaults[name] ?? method.parameters[name]!.default;
}

/** What is being typed is not overwritten. */
function isTypedIn(row: HTMLElement): boolean {
  const at = document.activeElement;
  return at instanceof HTMLInputElement && row.contains(at);
}

function rangeText(spec: ParameterSpec): string {
  const bounds = spec.kind === 'integer' || spec.kind === 'number' ? boundsText(spec) : '';
  return bounds && `(${bounds})`;
}

function told(row: Row | undefined, message: string | null): void {
  if (!row) return;
  text(row.problem, message ?? '');
  row.problem.hidden = message === null;
}
