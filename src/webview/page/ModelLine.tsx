import type { ModelDescription } from '../../explainers/contracts/results.ts';
import { bytes, count, fileName, relativePath } from '../format.ts';
import { Dropdown } from '../parts/controls.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Button, IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';

interface ModelLineProps {
  readonly actions: Actions;
  /** The card or model file in use. */
  readonly model: string | null;
  /** Others that were found near the images. */
  readonly models: readonly string[];
  readonly workspace: string | null;
  readonly description: ModelDescription | null;
}

/** The model in use, its engine, and the guesses in its card. */
export function ModelLine({ actions, model, models, workspace, description }: ModelLineProps) {
  if (model === null) return <div class="model-line" hidden />;
  const all = models.includes(model) ? models : [model, ...models];
  const names = all.map((path) => fileName(path));
  const titled = all.map((path, i) => {
    const name = names[i]!;
    const unique = names.indexOf(name) === names.lastIndexOf(name);
    return [path, unique ? name : relativePath(path, workspace)] as const;
  });
  return (
    <div class="model-line">
      <div class="model-choice">
        <Dropdown
          label="Model"
          title={model}
          options={titled}
          value={model}
          onSelect={(value) => actions.setModel(value)}
        />
        <IconButton icon="folder" label="Choose another model file…" onClick={() => void actions.host.chooseModel()} />
      </div>
      <div class="model-details">{description && <Details description={description} actions={actions} />}</div>
    </div>
  );
}

interface DetailsProps {
  readonly description: ModelDescription;
  readonly actions: Actions;
}

function Details({ description, actions }: DetailsProps) {
  const { card, engine } = description;
  const { path, guesses } = card;
  const facts = [
    card.task === 'multi-label' ? 'multi-label' : 'multi-class',
    count(card.labels.length, 'class', 'classes'),
    `${card.input.size[0]} × ${card.input.size[1]}`,
    bytes(description.bytes),
    `${engine.title} ${engine.version} on ${engine.device}`,
  ];
  return (
    <>
      <p class="facts" title={tooltipOf(description)}>
        {facts.join(' · ')}
        {path !== null && (
          <>
            {' · '}
            <button class="link" type="button" title={path} onClick={() => actions.host.openFile(path)}>
              card
            </button>
          </>
        )}
      </p>
      {engine.notice && (
        <p class="hint">
          <Icon name="warning" />
          <span>{engine.notice}</span>
        </p>
      )}
      {(path === null || guesses.length > 0) && (
        <details class="hint guesses" data-guesses={guesses.length}>
          <summary>
            <Icon name="info" />
            <span>
              {path === null
                ? 'There is no model card, so the preprocessing was inferred'
                : 'The card leaves some things to be inferred'}
            </span>
          </summary>
          <ul>
            {guesses.map((guess) => (
              <li key={guess}>{guess}</li>
            ))}
          </ul>
          {path === null && <Button onClick={() => void actions.host.writeCard()}>Write the inferred card</Button>}
        </details>
      )}
    </>
  );
}

function tooltipOf({ card, inputs, outputs, opset, logits, engine }: ModelDescription): string {
  const shape = (each: ModelDescription['inputs'][number]) => `${each.name}: ${each.dtype} [${each.shape.join(', ')}]`;
  const { device, compared, passedOver = [] } = engine;
  return [
    card.model,
    ...inputs.map(shape),
    ...outputs.map(shape),
    `opset ${opset}`,
    `explained: ${logits}`,
    ...(compared ? [`on ${device}: ${compared}`] : []),
    ...passedOver.map((each) => `not on ${each.device}: ${each.reason}`),
  ].join('\n');
}
