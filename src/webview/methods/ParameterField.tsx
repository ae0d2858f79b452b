import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ParameterSpec } from '../../explainers/contracts/parameters.ts';
import type { LayerInfo } from '../../explainers/contracts/results.ts';
import { TYPED } from '../parts/attributes.ts';
import { Checkbox, Choice } from '../parts/controls.tsx';

export type Value = number | string | boolean;

interface FieldProps<S extends ParameterSpec = ParameterSpec> {
  readonly name: string;
  readonly spec: S;
  readonly value: Value;
  readonly layers: readonly LayerInfo[];
  readonly onChange: (value: Value) => void;
  /** The text typed so far is valid. */
  readonly onTyped: (value: Value) => void;
  /** Null: the current text is valid. */
  readonly onInvalid: (message: string | null) => void;
  /** Enter was pressed. */
  readonly onSubmit: () => void;
}

type NumberSpec = Extract<ParameterSpec, { kind: 'integer' | 'number' }>;
type Spec<K extends ParameterSpec['kind']> = K extends NumberSpec['kind']
  ? NumberSpec
  : Extract<ParameterSpec, { kind: K }>;

const FIELDS: { readonly [K in ParameterSpec['kind']]: (props: FieldProps<Spec<K>>) => ComponentChildren } = {
  integer: (props) => <NumberField {...props} />,
  number: (props) => <NumberField {...props} />,
  choice: (props) => <SelectField {...props} options={Object.entries(props.spec.choices)} />,
  boolean: ({ name, value, onChange }) => <Checkbox label={name} checked={value === true} onToggle={onChange} />,
  text: (props) =>
    props.spec.suggestions === 'layers' ? (
      <SelectField {...props} options={layerOptions(props.layers)} />
    ) : (
      <WordField {...props} suggestions={props.spec.suggestions ?? []} />
    ),
};

/** The control of a parameter, by the kind of its values. */
export function ParameterField(props: FieldProps) {
  return <>{FIELDS[props.spec.kind](props as never)}</>;
}

/** The permitted values of a number, in words; empty: any. */
export function boundsText({ min, max }: Pick<NumberSpec, 'min' | 'max'>): string {
  const [low, high] = [min, max].map((each) => each?.toLocaleString('en', { maximumFractionDigits: 6 }));
  if (low !== undefined && high !== undefined) return `from ${low} to ${high}`;
  return low !== undefined ? `at least ${low}` : high !== undefined ? `at most ${high}` : '';
}

function NumberField(props: FieldProps<NumberSpec>) {
  const { name, spec } = props;
  const { kind, min, max, unit } = spec;
  const problem = ({ valueAsNumber: value }: HTMLInputElement): string | null => {
    const right =
      Number.isFinite(value) &&
      (kind === 'number' || Number.isSafeInteger(value)) &&
      value >= (min ?? -Infinity) &&
      value <= (max ?? Infinity);
    const what = kind === 'integer' ? 'a whole number' : 'a number';
    return right ? null : `${name} must be ${[what, boundsText(spec)].filter(Boolean).join(' ')}.`;
  };
  return (
    <Typed
      {...props}
      title={unit ? `${name} (${unit})` : name}
      read={(input) => input.valueAsNumber}
      problem={problem}
      // Steps count from `min`, so with a step of 1 only integers would be valid.
      attributes={{ type: 'number', min, max, step: kind === 'integer' ? 1 : 'any' }}
    />
  );
}

function WordField({ suggestions, ...props }: FieldProps & { readonly suggestions: readonly string[] }) {
  const list = useId();
  return (
    <div>
      <Typed
        {...props}
        title={props.name}
        read={(input) => input.value.trim()}
        problem={(input) => (input.value.trim() === '' ? `${props.name} must not be empty.` : null)}
        attributes={{
          type: 'text',
          spellcheck: false,
          autocomplete: 'off',
          title: String(props.value), // it may be longer than the field
          ...(suggestions.length > 0 && { list }),
        }}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </div>
  );
}

interface TypedProps extends FieldProps {
  readonly title: string;
  readonly read: (input: HTMLInputElement) => Value;
  readonly problem: (input: HTMLInputElement) => string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** A text field. Text that is being typed is not overwritten. */
function Typed({ name, title, value, read, problem, attributes, onChange, onTyped, onInvalid, onSubmit }: TypedProps) {
  const input = useRef<HTMLInputElement>(null);
  const [invalid, setInvalid] = useState(false);
  useLayoutEffect(() => {
    if (!input.current || document.activeElement === input.current) return;
    input.current.value = String(value);
    setInvalid(false);
    onInvalid(null);
  }, [value]);
  const checked = (element: HTMLInputElement): boolean => {
    const message = problem(element);
    setInvalid(message !== null);
    onInvalid(message);
    return message === null;
  };
  return (
    <label>
      <span>{title}</span>
      <input
        ref={input}
        class="text"
        aria-label={name}
        aria-invalid={invalid ? 'true' : undefined}
        {...TYPED}
        {...attributes}
        onInput={({ currentTarget }) => {
          if (checked(currentTarget)) onTyped(read(currentTarget));
        }}
        onChange={({ currentTarget }) => {
          if (checked(currentTarget)) onChange(read(currentTarget));
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== 'Enter' || !checked(currentTarget)) return;
          onChange(read(currentTarget));
          onSubmit();
        }}
      />
    </label>
  );
}

function layerOptions(layers: readonly LayerInfo[]): readonly (readonly [string, string])[] {
  const automatic = layers.find((layer) => layer.automatic);
  return [
    ['auto', automatic ? `auto: ${automatic.name}` : 'auto'],
    ...layers.map(({ name, op, shape }) => [name, `${name}  (${op}, ${shape.join(' × ')})`] as const),
  ];
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly (readonly [string, string])[];
}

/** A native list, because models have hundreds of layers and it can be searched by typing. */
function SelectField({ name, value, options, onChange }: SelectFieldProps) {
  const wanted = String(value);
  const all = options.some(([id]) => id === wanted) ? options : [...options, [wanted, wanted] as const];
  return <Choice title={name} options={all} value={wanted} onSelect={onChange} />;
}
