// The fields and menus of the page: the browser's own, in VS Code's colours, each with an accessible name. toolkit.tsx
// has the buttons.
import { type Attributes, TYPED } from './attributes.ts';
import { Icon } from './Icon.tsx';

interface CheckboxProps extends Attributes {
  readonly checked: boolean;
  /** The accessible name. */
  readonly label: string;
  readonly onToggle: (checked: boolean) => void;
}

/** A check box with its text: the label, unless it has children. The tooltip covers both, all else is the box's. */
export function Checkbox({ checked, label, onToggle, children, title, ...rest }: CheckboxProps) {
  return (
    <label class="checkbox" title={title}>
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
        {...(rest as object)}
      />
      <span>{children ?? label}</span>
    </label>
  );
}

/** Entries of a menu under a heading. */
export interface OptionGroup {
  readonly title: string;
  readonly options: Options;
}

type Options = readonly (readonly [value: string, title: string])[];

export interface DropdownProps extends Attributes {
  /** The accessible name. */
  readonly label: string;
  /** Values and titles. */
  readonly options: Options;
  /** Further entries. */
  readonly groups?: readonly OptionGroup[];
  readonly value: string;
  readonly onSelect: (value: string) => void;
}

/** The one kind of menu: the browser's, because it can be searched by typing, with VS Code's arrow. */
export function Dropdown({
  label,
  options,
  groups = [],
  value,
  onSelect,
  class: className = '',
  ...rest
}: DropdownProps) {
  const all = [...options, ...groups.flatMap((group) => group.options)];
  const list = (some: Options) =>
    some.map(([id, title]) => (
      <option key={id} value={id}>
        {title}
      </option>
    ));
  return (
    <span class={`select ${className}`.trim()}>
      <select
        aria-label={label}
        title={all.find(([id]) => id === value)?.[1]}
        value={value}
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.value;
          // What is chosen shows once the page has it: an entry may be a command, and leave the value as it is.
          currentTarget.value = value;
          if (wanted !== value) onSelect(wanted);
        }}
        {...(rest as object)}
      >
        {list(options)}
        {groups.map((group) => (
          <optgroup key={group.title} label={group.title}>
            {list(group.options)}
          </optgroup>
        ))}
      </select>
      <Icon name="down" />
    </span>
  );
}

/** A menu with its label before it. @param label the accessible name, if the title is too short */
export function Choice({
  title,
  label = title,
  class: className,
  hidden = false,
  ...rest
}: Omit<DropdownProps, 'label'> & { readonly title: string; readonly label?: string; readonly hidden?: boolean }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the menu is one, and has its own name
    <label class={className} hidden={hidden}>
      <span>{title}</span>
      <Dropdown label={label} {...(rest as Omit<DropdownProps, 'label'>)} />
    </label>
  );
}

interface TextFieldProps extends Attributes {
  /** The accessible name. */
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onText: (value: string) => void;
}

export function TextField({ label, value, onText, class: className = '', ...rest }: TextFieldProps) {
  return (
    <input
      type="text"
      class={`text ${className}`.trim()}
      aria-label={label}
      spellcheck={false}
      autocomplete="off"
      value={value}
      {...TYPED}
      onInput={({ currentTarget }) => onText(currentTarget.value)}
      {...(rest as object)}
    />
  );
}
