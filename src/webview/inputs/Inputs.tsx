import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { InputOrigin } from '../../explainers/contracts/results.ts';
import { flag } from '../parts/attributes.ts';
import { Choice } from '../parts/controls.tsx';
import { Section } from '../parts/Section.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import type { Field } from './inputFields.ts';
import { Variation } from './Variation.tsx';

declare module '../marks.ts' {
  interface Marks {
    /** A further input of the model, by its name. */
    'data-input'?: Text;
    /** Where its value is from. */
    'data-origin'?: InputOrigin | undefined;
    'data-given'?: Flag;
  }
}

interface InputsProps {
  readonly actions: Actions;
  readonly fields: readonly Field[];
  readonly collapsed: boolean;
}

/** The model's inputs besides the image: their values, where they are from, and other ones to try. */
export function Inputs({ actions, fields, collapsed }: InputsProps) {
  return (
    <Section id="inputs" title="Further inputs" collapsed={collapsed} actions={actions}>
      <div class="inputs-list">
        {fields.map((field) => (
          <Row key={field.name} field={field} actions={actions} />
        ))}
      </div>
    </Section>
  );
}

function Row({ field, actions }: { readonly field: Field; readonly actions: Actions }) {
  const { name, origin, source, problem, note, given, own } = field;
  const id = useId();
  const [about, wrong] = [`${id}-about`, `${id}-problem`];
  const back = own && own.text !== null ? `${name}: back to ${shortened(own.text)} (${own.source})` : `${name}: remove this value`; // biome-ignore format: one line
  const change = (text: string) => {
    if (text !== (field.text ?? '')) actions.setInput(name, text);
  };
  return (
    <div class="input" data-input={name} data-origin={origin ?? undefined} data-given={flag(given)}>
      <div class="input-control">
        {field.kind === 'category' ? (
          <ChoiceField field={field} onText={change} describedBy={`${about} ${wrong}`} />
        ) : (
          <Typed field={field} onText={change} describedBy={`${about} ${wrong}`} />
        )}
        <IconButton
          icon="settings"
          label={`${name}: when does the answer flip?`}
          hidden={field.variation === undefined}
          aria-pressed={Boolean(field.variation)}
          data-vary={name}
          onClick={() => actions.vary(name)}
        />
        <IconButton icon="undo" label={back} hidden={!given} onClick={() => actions.setInput(name, null)} />
      </div>
      <p class="invalid" role="alert" id={wrong} hidden={!problem}>
        {problem ? [problem.message, problem.next].filter(Boolean).join(' ') : ''}
      </p>
      {field.variation && <Variation name={name} text={field.text} variation={field.variation} actions={actions} />}
      <p class="about" id={about}>
        {[given ? 'Your value.' : source && `From ${source}.`, note && `Note: ${note}.`].filter(Boolean).join(' ')}
      </p>
    </div>
  );
}

interface ControlProps {
  readonly field: Field;
  readonly describedBy: string;
  readonly onText: (text: string) => void;
}

function ChoiceField({ field: { name, text, choices = [] }, describedBy, onText }: ControlProps) {
  const all = text !== null && choices.includes(text) ? choices : [text ?? '', ...choices];
  return (
    <Choice
      title={name}
      aria-describedby={describedBy}
      options={all.map((each) => [each, each])}
      value={text ?? ''}
      onSelect={onText}
    />
  );
}

/** A number or a sentence. A text that is being typed is not overwritten; it counts after Enter, or when left. */
function Typed({ field: { name, text, kind, problem }, describedBy, onText }: ControlProps) {
  const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (element.current && document.activeElement !== element.current) element.current.value = text ?? '';
  }, [text]);
  const attributes = {
    ref: element,
    class: 'text',
    'aria-label': name,
    'aria-describedby': describedBy,
    'aria-invalid': problem && text !== null ? ('true' as const) : undefined,
    spellcheck: false,
    autocomplete: 'off',
    onChange: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onText(currentTarget.value),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      onText((event.currentTarget as HTMLInputElement).value);
    },
  };
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is one of the two
    <label>
      <span>{name}</span>
      {kind === 'tokens' ? <textarea rows={2} {...attributes} /> : <input type="text" {...attributes} />}
    </label>
  );
}

const SHORT = 40;
const shortened = (text: string) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);
