import type { AllHTMLAttributes } from 'preact';

/**
 * A boolean as an attribute that is present or not: `data-solo={flag(solo)}`. Preact would write "true" and "false".
 */
export const flag = (on: boolean): '' | undefined => (on ? '' : undefined);

/** Custom properties, set through the object model because the content security policy forbids style attributes. */
export const custom = (properties: Readonly<Record<`--${string}`, string | number>>) =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)]));

/** For a field in which people type: VS Code's menu with Cut, Copy and Paste. */
export const TYPED = { 'data-vscode-context': JSON.stringify({ preventDefaultContextMenuItems: false }) } as const;

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
/** `data-…` attributes are for tests and scripts. */
export type Attributes = Omit<AllHTMLAttributes<HTMLElement>, Handled> & {
  readonly class?: string | undefined;
  readonly [data: `data-${string}`]: string | number | undefined;
};
