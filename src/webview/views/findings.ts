import type { Finding, FindingKind, Verdict } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { attribute, fill, h, KeyedList, text, type View, whenChanged } from '../dom.ts';
import { fileName } from '../format.ts';
import { icon } from '../icons.ts';
import type { ValueElement } from '../toolkit.ts';
import { section } from './section.ts';

export interface FindingsModel {
  /** Of the image shown. */
  readonly findings: readonly Finding[];
  /** The class that is explained. */
  readonly selected: number | null;
  readonly collapsed: boolean;
}

/** As the view Label Findings calls them; a test holds both to the core's titles. */
export const FINDING_TITLES: Readonly<Record<FindingKind, string>> = {
  unlabelled: 'Predicted, not labelled',
  doubtful: 'Labelled, not seen',
  elsewhere: 'Evidence elsewhere',
  duplicate: 'Drawn twice',
  swapped: 'Another class',
};

const VERDICTS: readonly (readonly [Verdict['verdict'], string])[] = [
  ['right', 'Label is right'],
  ['wrong', 'Label is wrong'],
];

interface FindingModel {
  readonly finding: Finding;
  readonly selected: boolean;
}

/** What Check Labels found in this image, and what a person says of it: the verdict goes to a file beside the annotations. */
export function findingsView(actions: Actions): View<FindingsModel> {
  const list = h('div', { class: 'findings-list' });
  const rows = new KeyedList<FindingModel>(list, () => findingView(actions));
  const open = h('span', { class: 'count' });
  const parts = section('findings', 'Label findings', (id) => actions.toggleSection(id), list);
  parts.tools.append(open);
  return {
    element: parts.element,
    update({ findings, selected, collapsed }) {
      parts.element.hidden = findings.length === 0;
      parts.setCollapsed(collapsed);
      const unseen = findings.filter((each) => each.verdict === null).length;
      text(open, unseen > 0 ? `${unseen} open` : 'all reviewed');
      rows.update(
        findings.map((finding) => ({ finding, selected: finding.index === selected })),
        ({ finding }) => finding.key,
      );
    },
  };
}

function findingView(actions: Actions): View<FindingModel> {
  let finding: Finding | undefined;
  const heading = h('div', { class: 'finding-heading' });
  const message = h('p', { class: 'finding-message' });
  const note = h('vscode-text-field', { placeholder: 'Note (optional)' }) as ValueElement;
  const buttons = VERDICTS.map(([verdict, label]) => {
    const element = h(
      'vscode-button',
      {
        appearance: 'secondary',
        'data-verdict': verdict,
        onclick: () => finding && void actions.review(finding, verdict, note.value.trim()),
      },
      label,
    );
    return { verdict, element };
  });
  const told = h('p', { class: 'note', role: 'status' });
  const element = h(
    'div',
    { class: 'finding', role: 'group' },
    heading,
    message,
    note,
    h('div', { class: 'finding-buttons' }, ...buttons.map((each) => each.element)),
    told,
  );
  const update = whenChanged<FindingModel>((model) => {
    const before = finding?.verdict?.time;
    finding = model.finding;
    const { kind, label, index, key, verdict, file, line } = finding;
    attribute(element, 'data-finding', key);
    attribute(element, 'data-finding-kind', kind);
    attribute(element, 'data-finding-verdict', verdict?.verdict ?? 'none');
    const place = `${fileName(file)}${line === null ? '' : `:${line}`}`;
    // One label may be found in several files.
    attribute(element, 'aria-label', `${FINDING_TITLES[kind]}: ${label}, ${place}`);
    element.classList.toggle('selected', model.selected);
    attribute(note, 'aria-label', 'Note'); // the toolkit names fields anew when they are put in
    fill(
      heading,
      icon(verdict ? 'present' : 'warning'),
      h('span', {}, `${FINDING_TITLES[kind]}: `),
      h(
        'button',
        { type: 'button', class: 'link', title: 'Explain this class', onclick: () => actions.chooseClass(index) },
        label,
      ),
    );
    fill(
      message,
      `${model.finding.message} `,
      h('button', { type: 'button', class: 'link', onclick: () => actions.openFile(file, line ?? undefined) }, place),
    );
    // What is being written is not overwritten, except by what was said meanwhile.
    if (verdict && verdict.time !== before) note.value = verdict.note;
    for (const each of buttons) attribute(each.element, 'aria-pressed', String(each.verdict === verdict?.verdict));
    text(told, verdict ? said(verdict) : '');
    told.hidden = verdict === null;
  });
  return { element, update };
}

function said({ verdict, time, note }: Verdict): string {
  const when = new Date(time);
  const date = Number.isNaN(when.getTime()) ? time : when.toLocaleString();
  return `Reviewed ${date}: the label is ${verdict}${note ? `: “${note}”` : ''}.`;
}
