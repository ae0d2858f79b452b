import './agreement.css';
import { useRef, useState } from 'preact/hooks';
import { Checkbox } from '../parts/controls.tsx';
import { Section } from '../parts/Section.tsx';
import type { Actions } from '../state/actions.ts';
import type { Measure } from '../state/ui.ts';
import { AgreementGrid } from './AgreementGrid.tsx';
import type { AgreementTable } from './agreementTable.ts';
import { agreementCsv, agreementMarkdown } from './agreementText.ts';
import { DIRECTIONS } from './directions.ts';
import { ThresholdControls, type ThresholdControlsProps } from './ThresholdControls.tsx';

declare module '../marks.ts' {
  interface Marks {
    /** The table of agreement: a body per class. */
    'data-agreement-class'?: Text;
    /** A method, `wholeImage`, `random` or `readers`. */
    'data-agreement-row'?: Text;
    /** A number of a method, unrounded, or `null`, with `data-metric`. */
    'data-agreement-value'?: Text;
    'data-metric'?: Text;
    'data-best'?: Flag;
    /** The numbers of the other rows. */
    'data-baseline-value'?: Text;
    'data-baseline-metric'?: Text;
    /** Why a number is missing. */
    'data-agreement-reason'?: Flag;
    'data-sort'?: Text;
    'data-column'?: Text;
    'data-all-classes'?: Flag;
    'data-copy'?: Text;
    /** The slider of the mask. */
    'data-threshold'?: Flag;
    /** It stands where Otsu's method puts it. */
    'data-otsu'?: Flag;
    'data-threshold-otsu'?: Flag;
    'data-outline-toggle'?: Flag;
  }
}

interface AgreementProps {
  readonly actions: Actions;
  readonly table: AgreementTable;
  readonly controls: Omit<ThresholdControlsProps, 'open' | 'actions' | 'hidden'>;
  readonly collapsed: boolean;
}

/** How well the heatmaps shown agree with the annotations. */
export function Agreement({ actions, table: now, controls, collapsed }: AgreementProps) {
  const [open, setOpen] = useState({ columns: false, options: false });
  const table = useSettled(now);
  const filled = table.empty === null;
  const door = (which: keyof typeof open, label: string) => (
    <button
      type="button"
      class="link"
      aria-controls={`agreement-${which}`}
      aria-expanded={open[which]}
      onClick={() => setOpen({ ...open, [which]: !open[which] })}
    >
      {label}
    </button>
  );
  return (
    <Section id="agreement" title="Agreement" collapsed={collapsed} actions={actions}>
      {filled && <p class="note caption">{captionOf(table, controls.measure)}</p>}
      <Checkbox
        label={`All drawn classes (${table.drawn})`}
        data-all-classes=""
        hidden={table.drawn < 2}
        checked={table.allClasses}
        onToggle={(allClasses) => actions.layOutAgreement({ allClasses })}
      />
      {!filled && <p class="empty">{table.empty}</p>}
      <div class={now.pending ? 'agreement-grid pending' : 'agreement-grid'} aria-busy={now.pending}>
        {filled && <AgreementGrid table={table} actions={actions} />}
      </div>
      <ol class="reasons">
        {table.reasons.map((reason) => (
          <li key={reason} class="note" data-agreement-reason="">
            {reason}
          </li>
        ))}
      </ol>
      <ThresholdControls
        {...controls}
        actions={actions}
        open={open.options}
        hidden={!filled && controls.level === null}
      />
      {filled && (
        <div class="agreement-tools">
          {door('columns', 'Columns…')}
          {door('options', 'Options…')}
          <Copies table={table} actions={actions} />
        </div>
      )}
      <Columns table={table} actions={actions} hidden={!open.columns} />
    </Section>
  );
}

/** While new numbers are being computed the old ones stay, so that nothing jumps under a slider. */
function useSettled(now: AgreementTable): AgreementTable {
  const last = useRef(now);
  const waits = now.pending && now.groups.length === 0 && last.current.label === now.label;
  if (!(waits && last.current.groups.length > 0)) last.current = now;
  return last.current;
}

const COPIES = [
  ['CSV', agreementCsv, 'Every metric, unrounded, as comma-separated values'],
  ['Markdown', agreementMarkdown, 'This table as Markdown'],
] as const;

function Copies({ table, actions }: { readonly table: AgreementTable; readonly actions: Actions }) {
  const content = agreementCsv(table);
  const [copied, setCopied] = useState<{ readonly kind: string; readonly content: string } | null>(null);
  return (
    <>
      {COPIES.map(([kind, make, about]) => (
        <button
          key={kind}
          type="button"
          class="link"
          title={about}
          data-copy={kind}
          onClick={async () => {
            if (await actions.copy(make(table))) setCopied({ kind, content });
          }}
        >
          {`Copy ${kind}`}
        </button>
      ))}
      <span class="copied" role="status">
        {copied?.content === content ? `${copied.kind} copied` : ''}
      </span>
    </>
  );
}

interface ColumnsProps {
  readonly table: AgreementTable;
  readonly actions: Actions;
  readonly hidden: boolean;
}

function Columns({ table, actions, hidden }: ColumnsProps) {
  const shown = table.columns.map((each) => each.id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame
    <div class="columns" id="agreement-columns" role="group" aria-label="Columns" hidden={hidden}>
      {table.empty === null &&
        table.metrics.map(({ id, title, summary, better }) => (
          <Checkbox
            key={id}
            label={title}
            data-column={id}
            title={`${summary} ${DIRECTIONS[better].words}`}
            checked={shown.includes(id)}
            onToggle={(on) =>
              actions.layOutAgreement({ columns: on ? [...shown, id] : shown.filter((each) => each !== id) })
            }
          />
        ))}
    </div>
  );
}

/** What is compared, and what of it is not the usual. */
function captionOf({ label, allClasses }: AgreementTable, { evidence, tolerance }: Measure): string {
  return [
    allClasses ? 'with the regions drawn for each class' : `with the regions drawn for ${label}`,
    ...(evidence === 'positive' ? [] : [`${evidence} evidence`]),
    ...(tolerance === 0 ? [] : [`peak within ${tolerance} px`]),
  ].join(' · ');
}
