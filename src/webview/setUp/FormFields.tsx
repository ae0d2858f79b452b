import type { ComponentChildren } from 'preact';
import type { Form, Mistakes } from './form.ts';

interface FormFieldsProps {
  readonly form: Form;
  readonly mistakes: Mistakes;
  /** How many outputs the model has. */
  readonly classes: number;
  /** The image has colours, whose order is a question. */
  readonly colours: boolean;
  readonly offersImageNet: boolean;
  readonly onChange: (change: Partial<Form>) => void;
}

/** The fields of a card that people set up. */
export function FormFields({ form, mistakes, classes, colours, offersImageNet, onChange }: FormFieldsProps) {
  const typed = (key: 'cropFraction' | 'fill' | 'scale' | 'mean' | 'std', label: string) => (
    <Field label={label} id={key} mistake={mistakes[key]}>
      <input
        id={key}
        type="text"
        inputMode="decimal"
        value={form[key]}
        aria-invalid={mistakes[key] !== undefined}
        aria-describedby={mistakes[key] === undefined ? undefined : `${key}-mistake`}
        onInput={(event) => onChange({ [key]: event.currentTarget.value })}
      />
    </Field>
  );
  const chosen = (key: keyof Form, label: string, options: readonly (readonly [string, string])[]) => (
    <Field label={label} id={key}>
      <select id={key} value={String(form[key])} onChange={(event) => onChange({ [key]: event.currentTarget.value })}>
        {options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </Field>
  );
  return (
    <form class="fields" onSubmit={(event) => event.preventDefault()}>
      {chosen('resize', 'Fit to size', [
        ['squash', 'Squash: the whole image, stretched'],
        ['crop', 'Crop: the middle'],
        ['letterbox', 'Letterbox: the whole image, with bars'],
      ])}
      {form.resize === 'crop' && typed('cropFraction', 'Share of the shorter side')}
      {form.resize === 'letterbox' && typed('fill', 'Value of the bars')}
      {chosen('interpolation', 'Interpolation', [
        ['nearest', 'Nearest'],
        ['bilinear', 'Bilinear'],
        ['bicubic', 'Bicubic'],
        ['lanczos', 'Lanczos'],
      ])}
      <Field label="Antialias" id="antialias">
        <input
          id="antialias"
          type="checkbox"
          checked={form.antialias}
          onChange={(event) => onChange({ antialias: event.currentTarget.checked })}
        />
      </Field>
      {colours &&
        chosen('channels', 'Order of colours', [
          ['rgb', 'RGB'],
          ['bgr', 'BGR'],
        ])}
      {typed('scale', 'Pixels divided by')}
      {typed('mean', 'minus')}
      {typed('std', 'divided by')}
      {chosen('task', 'Classes', [
        ['multi-class', 'One of them is right (softmax)'],
        ['multi-label', 'Each by itself (sigmoid)'],
      ])}
      {chosen('labels', 'Labels', [
        ['present', 'As they are'],
        ...(offersImageNet ? [['imagenet', 'ImageNet’s 1000 classes'] as const] : []),
        ['typed', 'A list of mine'],
      ])}
      {form.labels === 'typed' && (
        <Field label={`${classes} labels, one per line`} id="typed" mistake={mistakes.typed}>
          <textarea
            id="typed"
            rows={6}
            value={form.typed}
            aria-invalid={mistakes.typed !== undefined}
            onInput={(event) => onChange({ typed: event.currentTarget.value })}
          />
        </Field>
      )}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly id: string;
  readonly mistake?: string | undefined;
  readonly children: ComponentChildren;
}

function Field({ label, id, mistake, children }: FieldProps) {
  return (
    <>
      <label for={id}>{label}</label>
      <div>
        {children}
        {mistake !== undefined && (
          <p class="mistake" id={`${id}-mistake`} role="alert">
            {mistake}
          </p>
        )}
      </div>
    </>
  );
}
