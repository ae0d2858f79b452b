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

/** How a person gives a box. */
export interface Boxes {
  /** The label's as it is in the file; null: it has none. */
  now(): Promise<FixBox | null>;
  /** Drawn on the picture, beginning with one. Null: they have changed their mind. */
  draw(start: FixBox | null): Promise<FixBox | null>;
}

/** Asks what is to be done about a finding, the likeliest first. Null: nothing. @param classes the model's */
export async function chooseChange(
  finding: Finding,
  classes: readonly string[],
  boxes: Boxes,
): Promise<LabelChange | null> {
  const { label, image } = finding;
  const title = `Fix Label: ${label} in ${path.basename(image)}`;
  const placeHolder = 'The difference is shown before anything is written';
  const choice = await pick(choicesOf(finding, classes, title, boxes), { title, placeHolder });
  return (await choice?.change()) ?? null;
}

function choicesOf(
  { kind, label, instead, annotationId }: Finding,
  classes: readonly string[],
  title: string,
  boxes: Boxes,
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
      const names = classes.filter((name) => name !== label).map((name) => ({ label: name, name }));
      const chosen = await pick(names, { title, placeHolder: `Instead of ${label}` });
      return chosen ? { kind: 'class', to: chosen.name } : null;
    },
  };
  const remove: Choice = { label: `Remove ${label}`, change: async () => ({ kind: 'remove' }) };
  const moved = (box: FixBox | null): LabelChange | null => box && { kind: 'move', box };
  const move: Choice[] = [
    {
      label: 'Move the box…',
      description: 'on the picture',
      change: async () => moved(await boxes.draw(await boxes.now())),
    },
    {
      label: 'Move the box by its numbers…',
      change: async () => moved(await askBox(title, numbersOf(await boxes.now()))),
    },
  ];
  const added = (box: FixBox | null): LabelChange | null => box && { kind: 'add', label, box };
  if (kind === 'unlabelled')
    return [
      {
        label: `Add ${label}`,
        description: 'to the whole image',
        change: async () => ({ kind: 'add', label, box: null }),
      },
      {
        label: `Draw a box of ${label}…`,
        description: 'on the picture',
        change: async () => added(await boxes.draw(null)),
      },
      {
        label: `Add a box of ${label} by its numbers…`,
        change: async () => added(await askBox(title, '')),
      },
    ];
  if (kind === 'elsewhere') return [...move, remove, toClass];
  if (kind === 'duplicate') return [remove, ...move, toClass];
  return [...swap, remove, toClass, ...(annotationId === null ? [] : move)];
}

/** As {@link boxOf} reads them, to hundredths. */
function numbersOf(box: FixBox | null): string {
  if (!box) return '';
  return [box.x, box.y, box.width, box.height].map((value) => Number(value.toFixed(2))).join(' ');
}

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
