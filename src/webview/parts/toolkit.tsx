// The only file that knows the elements of VS Code's webview toolkit.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { AllHTMLAttributes, ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { TYPED } from './attributes.ts';
import { Icon, type IconName } from './Icon.tsx';

/** Defines the toolkit's components that the page uses; the bundle contains no others. */
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

type Handled =
  | 'onChange'
  | 'onInput'
  | 'onToggle'
  | 'onSelect'
  | 'onClick'
  | 'value'
  | 'checked'
  | 'label'
  | 'ref'
  | 'icon';
type Base = Omit<AllHTMLAttributes<HTMLElement>, Handled>;
/** `data-…` attributes are for tests and scripts. */
type Attributes = Base & { readonly [data: `data-${string}`]: string | number | undefined };

interface ToolkitElement extends AllHTMLAttributes<HTMLElement> {
  readonly appearance?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly value?: string;
}
declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ToolkitElement;
      'vscode-checkbox': ToolkitElement;
      'vscode-dropdown': ToolkitElement;
      'vscode-option': ToolkitElement;
      'vscode-progress-ring': ToolkitElement;
      'vscode-text-field': ToolkitElement;
    }
  }
}

/**
 * Gives a toolkit element its accessible name, because the toolkit sets one of its own when an element is added to the
 * page.
 */
function useName(element: { readonly current: HTMLElement | null }, name: string): void {
  useLayoutEffect(() => {
    if (element.current?.getAttribute('aria-label') !== name) element.current?.setAttribute('aria-label', name);
  });
}

interface ButtonProps extends Attributes {
  readonly onClick: (event: MouseEvent) => void;
  readonly appearance?: 'primary' | 'secondary';
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ appearance = 'secondary', ...rest }: ButtonProps) {
  return <vscode-button appearance={appearance} {...(rest as ToolkitElement)} />;
}

interface IconButtonProps extends Attributes {
  readonly icon: IconName;
  /** The tooltip and the accessible name. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: (event: MouseEvent) => void;
}

/** A button that shows only an icon. */
export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <vscode-button appearance="icon" title={label} aria-label={label} {...(rest as ToolkitElement)}>
      <Icon name={icon} />
    </vscode-button>
  );
}

type ValueElement = HTMLElement & { value: string };
type CheckElement = HTMLElement & { checked: boolean; disabled: boolean };

interface CheckboxProps extends Attributes {
  readonly checked: boolean;
  /** The accessible name. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onToggle: (checked: boolean) => void;
  /** Shown instead of the label. */
  readonly children?: ComponentChildren;
}

export function Checkbox({ checked, label, onToggle, children, disabled = false, ...rest }: CheckboxProps) {
  const element = useRef<CheckElement>(null);
  /** The value we set last, because the toolkit reports it like a change by the user. */
  const last = useRef(checked);
  useName(element, label);
  useLayoutEffect(() => {
    last.current = checked;
    if (element.current && element.current.checked !== checked) element.current.checked = checked;
  });
  return (
    <vscode-checkbox
      ref={element}
      disabled={disabled}
      onChange={({ currentTarget }) => {
        const now = (currentTarget as CheckElement).checked;
        if (now === last.current) return;
        last.current = now;
        onToggle(now);
      }}
      {...(rest as ToolkitElement)}
    >
      {children ?? label}
    </vscode-checkbox>
  );
}

interface DropdownProps extends Attributes {
  /** The accessible name. */
  readonly label: string;
  /** Values and titles. */
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly value: string;
  readonly onSelect: (value: string) => void;
}

export function Dropdown({ label, options, value, onSelect, ...rest }: DropdownProps) {
  const element = useRef<ValueElement>(null);
  /** The value we set last, because the toolkit reports it like a change by the user. */
  const last = useRef(value);
  useName(element, label);
  useLayoutEffect(() => {
    last.current = value;
    // The toolkit accepts a value only after it has noticed its options, which happens slightly later.
    const frame = requestAnimationFrame(() => {
      if (element.current) element.current.value = value;
    });
    return () => cancelAnimationFrame(frame);
  }, [value, JSON.stringify(options)]);
  return (
    <vscode-dropdown
      ref={element}
      onChange={({ currentTarget }) => {
        const now = (currentTarget as ValueElement).value;
        if (now === last.current) return;
        last.current = now;
        onSelect(now);
      }}
      {...(rest as ToolkitElement)}
    >
      {options.map(([id, title]) => (
        <vscode-option key={id} value={id}>
          {title}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

interface TextFieldProps extends Attributes {
  /** The accessible name. */
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onText: (value: string) => void;
}

export function TextField({ label, value, onText, ...rest }: TextFieldProps) {
  const element = useRef<ValueElement>(null);
  useName(element, label);
  useLayoutEffect(() => {
    if (element.current && element.current.value !== value) element.current.value = value;
  });
  return (
    <vscode-text-field
      ref={element}
      {...TYPED}
      onInput={({ currentTarget }) => onText((currentTarget as ValueElement).value)}
      {...(rest as ToolkitElement)}
    />
  );
}

export function ProgressRing({ label }: { readonly label: string }) {
  return <vscode-progress-ring aria-label={label} />;
}
