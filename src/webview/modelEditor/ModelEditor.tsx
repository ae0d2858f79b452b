import { Fragment } from 'preact';
import type { ModelDescription } from '../../explainers/contracts/results.ts';
import type { ModelContents, ModelPageRequests } from '../../explainers/protocol/modelPages.ts';
import { Action } from '../parts/Action.tsx';
import { Failure } from '../parts/Failure.tsx';
import { ScrolledTable } from '../parts/ScrolledTable.tsx';
import { StatusLine } from '../parts/StatusLine.tsx';
import { modelFacts, shapeText } from './modelFacts.ts';

declare module '../marks.ts' {
  interface Marks {
    /** The model editor: 'open', 'failed' or 'untrusted'. */
    'data-model-editor'?: Text;
    /** Whether a method runs on the model: 'yes' or 'no'. */
    'data-runs'?: Text;
    /** A row of the layers for Grad-CAM, by the layer's name. */
    'data-grad-cam-layer'?: Text;
  }
}

type Request = Exclude<keyof ModelPageRequests, 'describe'>;

interface ModelEditorProps {
  /** Null: the model is being opened. */
  readonly contents: ModelContents | null;
  readonly onAction: (request: Request) => void;
  readonly onAgain: () => void;
}

/** What a model file is: inputs, outputs, layers, and which methods run on it. */
export function ModelEditor({ contents, onAction, onAgain }: ModelEditorProps) {
  if (!contents)
    return (
      <main>
        <StatusLine>Opening the model …</StatusLine>
      </main>
    );
  const { name, trusted, description, error } = contents;
  return (
    <main data-model-editor={description ? 'open' : error ? 'failed' : 'untrusted'}>
      <h1>{name}</h1>
      {!trusted && (
        <>
          <p class="lead">This workspace is not trusted, so the model is not opened.</p>
          <div class="actions">
            <Action primary onClick={() => onAction('grantTrust')}>
              Manage Workspace Trust
            </Action>
          </div>
        </>
      )}
      {error && (
        <>
          <Failure error={error} />
          <div class="actions">
            <Action primary onClick={onAgain}>
              Try Again
            </Action>
            {(error.kind === 'card' || error.kind === 'unsupported') && (
              <Action onClick={() => onAction('writeCard')}>Write Model Card</Action>
            )}
            <Action onClick={() => onAction('showLog')}>Show Log</Action>
          </div>
        </>
      )}
      {description && <Described description={description} onAction={onAction} />}
    </main>
  );
}

function Described({
  description,
  onAction,
}: { readonly description: ModelDescription } & Pick<ModelEditorProps, 'onAction'>) {
  const { card, inputs, outputs, layers, methods, notes } = description;
  const guesses = [...card.guesses, ...notes];
  return (
    <>
      <div class="actions">
        <Action primary onClick={() => onAction('explain')}>
          Explain Image…
        </Action>
        <Action onClick={() => onAction('setUp')}>Set Up Model…</Action>
        <Action onClick={() => onAction('writeCard')}>
          {card.path === null ? 'Write Model Card' : 'Open Model Card'}
        </Action>
      </div>
      <dl class="facts">
        {modelFacts(description).map(([term, text]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      {guesses.length > 0 && (
        <section>
          <h2>Inferred: check these</h2>
          <ul class="plain">
            {guesses.map((guess) => (
              <li key={guess}>{guess}</li>
            ))}
          </ul>
        </section>
      )}
      <h2>Inputs and outputs</h2>
      <ScrolledTable title="Inputs and outputs" head={['', 'Name', 'Type', 'Shape']}>
        {[...inputs.map((each) => ['Input', each] as const), ...outputs.map((each) => ['Output', each] as const)].map(
          ([kind, { name, dtype, shape }]) => (
            <tr key={`${kind} ${name}`}>
              <td class="muted">{kind}</td>
              <td>
                <code>{name}</code>
              </td>
              <td>{dtype}</td>
              <td class="number">{shapeText(shape)}</td>
            </tr>
          ),
        )}
      </ScrolledTable>
      <h2>Methods</h2>
      <ScrolledTable title="Methods" head={['Method', 'Runs', 'Why not, and what to do']}>
        {methods.map(({ id, title, summary, unavailable }) => (
          <tr key={id} data-method={id} data-runs={unavailable ? 'no' : 'yes'}>
            <td title={summary}>{title}</td>
            <td class={unavailable ? 'runs-not' : 'runs'}>{unavailable ? 'no' : 'yes'}</td>
            <td>
              {unavailable?.message} {unavailable?.next && <span class="muted">{unavailable.next}</span>}
            </td>
          </tr>
        ))}
      </ScrolledTable>
      <h2>Layers for Grad-CAM</h2>
      {layers.length === 0 ? (
        <p class="muted">There are none, because no value in this model has a height and a width.</p>
      ) : (
        <ScrolledTable title="Layers for Grad-CAM" head={['Layer', 'Operator', 'Channels, height, width', 'Chosen']}>
          {/* The last ones first: those are the usual choices. */}
          {[...layers].reverse().map(({ name, op, shape, automatic, reason }) => (
            <tr key={name} class={automatic ? 'automatic' : ''} data-grad-cam-layer={name}>
              <td>
                <code>{name}</code>
              </td>
              <td>{op}</td>
              <td class="number">{shapeText(shape)}</td>
              <td class="muted">{automatic ? (reason ?? 'by default') : ''}</td>
            </tr>
          ))}
        </ScrolledTable>
      )}
    </>
  );
}
