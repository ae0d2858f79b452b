import type { ComponentChildren } from 'preact';
import { TYPED } from '../parts/attributes.ts';
import { Checkbox, Dropdown, TextField } from '../parts/controls.tsx';
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
      <TextField
        id={key}
        label={label}
        inputMode="decimal"
        value={form[key]}
        aria-invalid={mistakes[key] !== undefined}
        aria-describedby={mistakes[key] === undefined ? undefined : `${key}-mistake`}
        onText={(text) => onChange({ [key]: text })}
      />
    </Field>
  );
  const chosen = (key: keyof Form, label: string, options: readonly (readonly [string, string])[]) => (
    <Field label={label} id={key}>
      <Dropdown
        id={key}
        label={label}
        options={options}
        value={String(form[key])}
        onSelect={(value) => onChange({ [key]: value })}
      />
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
      <Checkbox label="Antialias" checked={form.antialias} onToggle={(antialias) => onChange({ antialias })} />
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
        ['typed', 'My own list'],
      ])}
      {form.labels === 'typed' && (
        <Field label={`${classes} labels, one per line`} id="typed" mistake={mistakes.typed}>
          <textarea
            id="typed"
            rows={6}
            value={form.typed}
            aria-invalid={mistakes.typed !== undefined}
            {...TYPED}
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
