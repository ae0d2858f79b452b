import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Catalogue } from '../../explainers/contracts/catalogue.ts';
import type { Finding, FindingPlace, Verdict } from '../../explainers/contracts/results.ts';
import { fileName } from '../format.ts';
import { TextField } from '../parts/controls.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Section } from '../parts/Section.tsx';
import { Button } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';

declare module '../marks.ts' {
  interface Marks {
    /** A finding, by its key. */
    'data-finding'?: Text;
    'data-finding-kind'?: Text;
    'data-finding-verdict'?: 'none' | Verdict['verdict'] | undefined;
    /** The button that gives the verdict. */
    'data-verdict'?: Verdict['verdict'] | undefined;
    /** The button that corrects the label. */
    'data-fix-label'?: Flag;
    /** The button that shows the maps of both classes of a swap. */
    'data-both-maps'?: Flag;
  }
}

interface FindingsProps {
  readonly actions: Actions;
  /** Findings in the image shown. */
  readonly findings: readonly Finding[];
  readonly kinds: Catalogue['findingKinds'];
  /** The class being explained. */
  readonly selected: number | null;
  readonly collapsed: boolean;
}

/** With the words and the key of each. */
const VERDICTS = [
  ['right', 'Label is right', 'R'],
  ['wrong', 'Label is wrong', 'W'],
  ['unsure', 'Unsure', 'U'],
] as const;

/** The findings of Check Labels in this image, and a person's verdicts, which go to a file next to the annotations. */
export function Findings({ actions, findings, kinds, selected, collapsed }: FindingsProps) {
  if (findings.length === 0) return null;
  const unseen = findings.filter((each) => each.verdict === null).length;
  return (
    <Section
      id="findings"
      title="Label findings"
      collapsed={collapsed}
      actions={actions}
      tools={<span class="count">{unseen > 0 ? `${unseen} open` : 'all reviewed'}</span>}
    >
      <div class="findings-list">
        {findings.map((finding) => (
          <FindingView
            key={finding.key}
            finding={finding}
            title={kinds.find(({ id }) => id === finding.kind)?.title ?? finding.kind}
            selected={finding.index === selected || finding.instead?.index === selected}
            chosen={selected}
            actions={actions}
          />
        ))}
      </div>
    </Section>
  );
}

interface FindingViewProps {
  readonly finding: Finding;
  readonly title: string;
  readonly selected: boolean;
  readonly chosen: number | null;
  readonly actions: Actions;
}

function FindingView({ finding, title, selected, chosen, actions }: FindingViewProps) {
  const { kind, label, index, instead, key, verdict, places, message } = finding;
  const [note, setNote] = useState(verdict?.note ?? '');
  // A text that is being written is only overwritten by a newer verdict.
  useEffect(() => {
    if (verdict) setNote(verdict.note);
  }, [verdict?.time]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame
    <div
      class={selected ? 'finding selected' : 'finding'}
      role="group"
      // Several regions of a class may be in question.
      aria-label={`${title}: ${label}, ${placeText(places[0]!)}`}
      data-finding={key}
      data-finding-kind={kind}
      data-finding-verdict={verdict?.verdict ?? 'none'}
    >
      <div class="finding-heading">
        <Icon name={verdict ? 'present' : 'warning'} />
        {!instead && <span>{`${title}: `}</span>}
        {instead ? (
          title
        ) : (
          <ClassLink label={label} index={index} probability={finding.probability} {...{ chosen, actions }} />
        )}
      </div>
      {instead && (
        <p class="finding-classes">
          <ClassLink
            label={label}
            index={index}
            probability={finding.probability}
            said="labelled"
            {...{ chosen, actions }}
          />
          <ClassLink {...instead} said="seen" {...{ chosen, actions }} />
          <button
            type="button"
            class="link"
            title="In the grid, each with its score, on the scale of the larger"
            data-both-maps=""
            onClick={() => actions.layouts.showClasses([index, instead.index])}
          >
            Show both maps
          </button>
        </p>
      )}
      <p class="finding-message">
        {`${message} `}
        {places.map((place, i) => (
          <Fragment key={`${place.file} ${place.key}`}>
            {i > 0 && ', '}
            <button
              type="button"
              class="link"
              onClick={() => actions.host.openFile(place.file, place.line ?? undefined)}
            >
              {placeText(place)}
            </button>
          </Fragment>
        ))}
      </p>
      <TextField label="Note" placeholder="Note (optional)" value={note} onText={setNote} />
      <div class="finding-buttons">
        {VERDICTS.map(([id, words, letter]) => (
          <Button
            key={id}
            data-verdict={id}
            aria-pressed={id === verdict?.verdict}
            title={`${words} (${letter})`}
            onClick={() => void actions.host.review(finding, id, note.trim())}
          >
            {words}
          </Button>
        ))}
        {verdict && (
          <Button
            data-verdict="open"
            title="Take the verdict back"
            onClick={() => void actions.host.review(finding, 'open', '')}
          >
            Take back
          </Button>
        )}
        <Button
          data-fix-label=""
          title="Correct the annotation file; the difference is shown first"
          onClick={() => void actions.host.fixLabel(finding)}
        >
          Fix label…
        </Button>
      </div>
      <p class="note" role="status" hidden={verdict === null}>
        {verdict ? said(verdict) : ''}
      </p>
    </div>
  );
}

interface ClassLinkProps {
  readonly label: string;
  readonly index: number;
  readonly probability: number | null;
  readonly said?: string;
  readonly chosen: number | null;
  readonly actions: Actions;
}

/** A class in question with the model's score: a click explains it. */
function ClassLink({ label, index, probability, said, chosen, actions }: ClassLinkProps) {
  return (
    <button
      type="button"
      class="link finding-class"
      title="Explain this class"
      aria-pressed={index === chosen}
      onClick={() => actions.chooseClass(index)}
    >
      {label}
      {probability !== null && (
        <span class="finding-score" title="The model’s score">
          {`${said ? `${said}, ` : ''}${probability.toFixed(2)}`}
        </span>
      )}
    </button>
  );
}

function placeText({ file, line }: FindingPlace): string {
  return `${fileName(file)}${line === null ? '' : `:${line}`}`;
}

function said({ verdict, time, note }: Verdict): string {
  const when = new Date(time);
  const date = Number.isNaN(when.getTime()) ? time : when.toLocaleString();
  const what = verdict === 'unsure' ? 'unsure about the label' : `the label is ${verdict}`;
  return `Reviewed ${date}: ${what}${note ? `: “${note}”` : ''}.`;
}
