import type { ComponentChildren } from 'preact';

/** What a page that is read like a document is doing or has done; screen readers say it, too. */
export function StatusLine({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="lead" role="status">
      {children}
    </p>
  );
}
