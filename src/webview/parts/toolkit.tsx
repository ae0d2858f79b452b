// The only file that knows the elements of VS Code's webview toolkit.
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import type { AllHTMLAttributes } from 'preact';
import type { Attributes } from './attributes.ts';
import { Icon, type IconName } from './Icon.tsx';

/**
 * Defines the toolkit's components that the page uses; the bundle contains no others. Not its fields and menus,
 * because they have no labels of their own and cannot be searched by typing.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing());
}

interface ToolkitElement extends AllHTMLAttributes<HTMLElement> {
  readonly appearance?: string;
  readonly disabled?: boolean;
}
declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ToolkitElement;
      'vscode-progress-ring': ToolkitElement;
    }
  }
}

interface ButtonProps extends Attributes {
  readonly onClick: (event: MouseEvent) => void;
  readonly appearance?: 'primary' | 'secondary';
  readonly disabled?: boolean;
}

export function Button({ appearance = 'secondary', ...rest }: ButtonProps) {
  return <vscode-button class="button" appearance={appearance} {...(rest as ToolkitElement)} />;
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

export function ProgressRing({ label }: { readonly label: string }) {
  return <vscode-progress-ring ref={obeyReducedMotion} aria-label={label} />;
}

const STILL =
  '@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }';
let still: CSSStyleSheet | undefined;

/** The page's own rule for less motion does not reach into a component. */
function obeyReducedMotion(element: HTMLElement | null): void {
  const root = element?.shadowRoot;
  if (!root) return;
  if (!still) {
    still = new CSSStyleSheet();
    still.replaceSync(STILL);
  }
  if (!root.adoptedStyleSheets.includes(still)) root.adoptedStyleSheets.push(still);
}
