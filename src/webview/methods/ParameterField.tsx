import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ParameterSpec } from '../../explainers/contracts/parameters.ts';
import type { LayerInfo } from '../../explainers/contracts/results.ts';
import { TYPED } from '../parts/attributes.ts';
import { Checkbox, Dropdown, type OptionGroup } from '../parts/controls.tsx';
import { layerGroups } from './layerGroups.ts';

export type Value = number | string | boolean;

interface FieldProps<S extends ParameterSpec = ParameterSpec> {
  /** In words, with its unit. */
  readonly title: string;
  /** In cards and on the command line. */
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
  boolean: ({ title, name, value, onChange }) => (
    <Checkbox label={title} checked={value === true} onToggle={onChange}>
      <Heading title={title} name={name} />
    </Checkbox>
  ),
  text: (props) =>
    props.spec.suggestions === 'layers' ? (
      <SelectField {...props} options={[automaticLayer(props.layers)]} groups={layerGroups(props.layers)} />
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
  const { title, spec } = props;
  const { kind, min, max } = spec;
  const problem = ({ valueAsNumber: value }: HTMLInputElement): string | null => {
    const right =
      Number.isFinite(value) &&
      (kind === 'number' || Number.isSafeInteger(value)) &&
      value >= (min ?? -Infinity) &&
      value <= (max ?? Infinity);
    const what = kind === 'integer' ? 'a whole number' : 'a number';
    return right ? null : `${bare(title)} must be ${[what, boundsText(spec)].filter(Boolean).join(' ')}.`;
  };
  return (
    <Typed
      {...props}
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
        read={(input) => input.value.trim()}
        problem={(input) => (input.value.trim() === '' ? `${bare(props.title)} must not be empty.` : null)}
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
      <Heading title={title} name={name} />
      <input
        ref={input}
        class="text"
        aria-label={title}
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

/** A title without its unit. */
const bare = (title: string) => title.replace(/ \([^()]*\)$/, '');

/** What a parameter is called, in words and in cards. */
function Heading({ title, name }: Pick<FieldProps, 'title' | 'name'>) {
  return (
    <span class="parameter-heading">
      <span>{title}</span>
      <code title="Its name in model cards and on the command line">{name}</code>
    </span>
  );
}

function automaticLayer(layers: readonly LayerInfo[]): readonly [string, string] {
  const automatic = layers.find((layer) => layer.automatic);
  return ['auto', automatic ? `auto: ${automatic.name}` : 'auto'];
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly (readonly [string, string])[];
  readonly groups?: readonly OptionGroup[];
}

/** A value that is not in the menu, of a card for example, is added to it. */
function SelectField({ title, name, value, options, groups = [], onChange }: SelectFieldProps) {
  const wanted = String(value);
  const known = [options, ...groups.map((group) => group.options)].flat();
  const all = known.some(([id]) => id === wanted) ? options : [...options, [wanted, wanted] as const];
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the menu is one, and has its own name
    <label>
      <Heading title={title} name={name} />
      <Dropdown label={title} options={all} groups={groups} value={wanted} onSelect={onChange} />
    </label>
  );
}
