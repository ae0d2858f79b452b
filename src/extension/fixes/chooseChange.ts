import path from 'node:path';
import type { FixBox, LabelChange } from '../../explainers/contracts/labels/fix.ts';
import type { Finding } from '../../explainers/contracts/results.ts';
import { ask, pick } from '../say.ts';

interface Choice {
  readonly label: string;
  readonly description?: string;
  /** Null: the person changed their mind. */
  readonly change: () => Promise<LabelChange | null>;
}

/** Asks what is to be done about a finding, the likeliest first. Null: nothing. @param classes the model's */
export async function chooseChange(finding: Finding, classes: readonly string[]): Promise<LabelChange | null> {
  const { label, image } = finding;
  const title = `Fix Label: ${label} in ${path.basename(image)}`;
  const placeHolder = 'The difference is shown before anything is written';
  const choice = await pick(choicesOf(finding, classes, title), { title, placeHolder });
  return (await choice?.change()) ?? null;
}

function choicesOf(
  { kind, label, instead, annotationId }: Finding,
  classes: readonly string[],
  title: string,
): readonly Choice[] {
  const other = instead?.label;
  const swap: Choice[] =
    other === undefined
      ? []
      : [
          {
            label: `Change to ${other}`,
            description: 'the class that the model sees',
            change: async () => ({ kind: 'class', to: other }),
          },
        ];
  const toClass: Choice = {
    label: 'Change the class…',
    change: async () => {
      const names = classes.filter((name) => name !== label).map((name) => ({ label: name }));
      const chosen = await pick(names, { title, placeHolder: `Instead of ${label}` });
      return chosen
        ? { kind: 'class', to: names.find((each) => each.label === chosen.label)?.label ?? chosen.label }
        : null;
    },
  };
  const remove: Choice = { label: `Remove ${label}`, change: async () => ({ kind: 'remove' }) };
  const move: Choice = {
    label: 'Move the box…',
    change: async () => {
      const box = await askBox(title, BOX.exec(annotationId ?? '')?.[1] ?? '');
      return box && { kind: 'move', box };
    },
  };
  if (kind === 'unlabelled')
    return [
      {
        label: `Add ${label}`,
        description: 'to the whole image',
        change: async () => ({ kind: 'add', label, box: null }),
      },
      {
        label: `Add a box of ${label}…`,
        change: async () => {
          const box = await askBox(title, '');
          return box && { kind: 'add', label, box };
        },
      },
    ];
  if (kind === 'elsewhere') return [move, remove, toClass];
  if (kind === 'duplicate') return [remove, move, toClass];
  return [...swap, remove, toClass, ...(annotationId === null ? [] : [move])];
}

const BOX = /box (-?\d+ -?\d+ \d+ \d+)$/;

async function askBox(title: string, value: string): Promise<FixBox | null> {
  const text = await ask({
    title,
    prompt: 'Left, top, width and height in pixels of the image.',
    value,
    validateInput: (typed) =>
      boxOf(typed) ? null : 'Four numbers: left, top, width and height, such as 10 20 120 80.',
  });
  return text === undefined ? null : boxOf(text);
}

/** Four numbers with spaces or commas between them; null: anything else. */
export function boxOf(text: string): FixBox | null {
  const numbers = text
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  const [x, y, width, height] = numbers;
  if (numbers.length !== 4 || !numbers.every(Number.isFinite) || !(width! > 0 && height! > 0)) return null;
  return { x: x!, y: y!, width: width!, height: height! };
}
