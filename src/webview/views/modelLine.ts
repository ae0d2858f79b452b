import type { ModelDescription } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { fill, h, type View, whenChanged } from '../dom.ts';
import { bytes, count, fileName, relativePath } from '../format.ts';
import { icon } from '../icons.ts';
import { button, dropdown, iconButton, setOptions } from '../toolkit.ts';

export interface ModelLineModel {
  /** The card or model file in use. */
  readonly model: string | null;
  /** Others that were found near the images. */
  readonly models: readonly string[];
  readonly workspace: string | null;
  readonly description: ModelDescription | null;
}

/** Which model explains, on which engine, and what of its card was guessed. */
export function modelLine(actions: Actions): View<ModelLineModel> {
  const choice = dropdown('Model', (value) => actions.setModel(value));
  const details = h('div', { class: 'model-details' });
  const element = h(
    'div',
    { class: 'model-line' },
    h(
      'div',
      { class: 'model-choice' },
      choice,
      iconButton('folder', 'Choose another model file…', () => void actions.chooseModel()),
    ),
    details,
  );
  const update = whenChanged<ModelLineModel>(({ model, models, workspace, description }) => {
    element.hidden = model === null;
    if (model === null) return;
    const all = models.includes(model) ? models : [model, ...models];
    const names = all.map((path) => fileName(path));
    setOptions(
      choice,
      all.map((path, i) => [
        path,
        names.indexOf(names[i]!) === names.lastIndexOf(names[i]!) ? names[i]! : relativePath(path, workspace),
      ]),
      model,
    );
    choice.title = model;
    fill(details, ...(description ? describe(description, actions) : []));
  });
  return { element, update };
}

function describe(description: ModelDescription, actions: Actions): HTMLElement[] {
  const { card, engine } = description;
  const facts = [
    card.task === 'multi-label' ? 'multi-label' : 'multi-class',
    count(card.labels.length, 'class', 'classes'),
    `${card.input.size[0]} × ${card.input.size[1]}`,
    bytes(description.bytes),
    `${engine.title} ${engine.version} on ${engine.device}`,
  ];
  const parts: HTMLElement[] = [h('p', { class: 'facts', title: modelTooltip(description) }, facts.join(' · '))];
  if (engine.notice) parts.push(h('p', { class: 'hint' }, icon('warning'), h('span', {}, engine.notice)));
  if (card.path === null || card.guesses.length > 0) {
    const guesses = h('ul', {}, ...card.guesses.map((guess) => h('li', {}, guess)));
    parts.push(
      h(
        'details',
        { class: 'hint guesses', 'data-guesses': card.guesses.length },
        h(
          'summary',
          {},
          icon('info'),
          h(
            'span',
            {},
            card.path === null
              ? 'No model card: how images go in was inferred'
              : 'The card leaves some things to be inferred',
          ),
        ),
        guesses,
        card.path === null ? button('Write the inferred card', () => void actions.writeCard()) : null,
      ),
    );
  }
  if (card.path !== null) {
    const path = card.path;
    parts[0]?.append(
      ' · ',
      h('button', { class: 'link', type: 'button', title: path, onclick: () => actions.openFile(path) }, 'card'),
    );
  }
  return parts;
}

function modelTooltip({ card, inputs, outputs, opset, logits }: ModelDescription): string {
  const shape = (each: { name: string; dtype: string; shape: readonly (number | string)[] }) =>
    `${each.name}: ${each.dtype} [${each.shape.join(', ')}]`;
  return [card.model, ...inputs.map(shape), ...outputs.map(shape), `opset ${opset}`, `explained: ${logits}`].join('\n');
}
