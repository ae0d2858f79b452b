import type { ComponentProps } from 'preact';
import { Icon } from './Icon.tsx';

type SelectProps = ComponentProps<'select'> & {
  /** Stands before the menu. */
  readonly label: string;
  /** Of the two together. */
  readonly class?: string;
};

/** A menu of the browser with its label, and VS Code's arrow. */
export function Select({ label, class: className, children, ...attributes }: SelectProps) {
  return (
    <label class={className}>
      <span>{label}</span>
      <span class="select">
        <select {...attributes}>{children}</select>
        <Icon name="down" />
      </span>
    </label>
  );
}
