import type { ComponentChildren } from 'preact';

interface ScrolledTableProps {
  /** For people who do not see it. */
  readonly title: string;
  /** The titles of the columns; '': none. */
  readonly head: readonly string[];
  readonly children: ComponentChildren;
}

/** A table that is scrolled sideways where it is too wide, by keyboard, too. */
export function ScrolledTable({ title, head, children }: ScrolledTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled by keyboard needs the focus
    <section class="scrolled" tabIndex={0} aria-label={title}>
      <table>
        <thead>
          <tr>
            {head.map((each) =>
              each === '' ? (
                <td key={each} />
              ) : (
                <th key={each} scope="col">
                  {each}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
