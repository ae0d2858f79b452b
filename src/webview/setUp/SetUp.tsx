import type { Trial } from '../../explainers/contracts/setUp.ts';
import { Action } from '../parts/Action.tsx';
import { Failure } from '../parts/Failure.tsx';
import { StatusLine } from '../parts/StatusLine.tsx';
import { FormFields } from './FormFields.tsx';
import { type Form, mistakesIn } from './form.ts';
import { Look } from './Look.tsx';
import type { SetUpState } from './state.ts';
import { Trials } from './Trials.tsx';

declare module '../marks.ts' {
  interface Marks {
    /** The form of Set Up Model: 'open' or 'failed'. */
    'data-set-up'?: Text;
    /** The usual preprocessings: 'done' once all have been tried. */
    'data-trials'?: Text;
    /** The one that the card has. */
    'data-present'?: Flag;
    /** The text of the card that would be written. */
    'data-card-text'?: Flag;
    /** The numbers of the tensor. */
    'data-ranges'?: Flag;
    /** The best classes with the settings of the form. */
    'data-best-classes'?: Flag;
  }
}

interface SetUpProps {
  readonly state: SetUpState;
  readonly onChange: (change: Partial<Form>) => void;
  readonly onChoose: (trial: Trial) => void;
  readonly onImage: () => void;
  readonly onTry: () => void;
  readonly onStop: () => void;
  readonly onWrite: () => void;
}

/** Sets up a model: what the network sees, what it says with each of the usual preprocessings, and the card. */
export function SetUp(props: SetUpProps) {
  const { contents } = props.state;
  if (!contents)
    return (
      <main>
        <StatusLine>Opening the model …</StatusLine>
      </main>
    );
  return (
    <main data-set-up={contents.description ? 'open' : 'failed'}>
      <h1>Set up {contents.model}</h1>
      {contents.error && <Failure error={contents.error} />}
      {contents.description && <Opened {...props} />}
    </main>
  );
}

function Opened(props: SetUpProps) {
  const { contents, form, look, picture, lookError } = props.state;
  const card = contents?.description?.card;
  if (!form || !card) return null;
  const { image, offersImageNet } = contents;
  return (
    <>
      <p class="lead">
        {image === null
          ? 'Choose an image that the model should know. A wrong preprocessing shows at once in the classes.'
          : `The image is ${image}. With the right preprocessing, the best classes are right and mostly have high scores.`}
      </p>
      <div class="actions">
        <Action primary={image === null} onClick={props.onImage}>
          {image === null ? 'Choose Image…' : 'Other Image…'}
        </Action>
      </div>
      <div class="columns">
        <section>
          <h2>What the network sees</h2>
          {lookError && <Failure error={lookError} />}
          {image !== null && !lookError && <Look look={look} picture={picture} />}
        </section>
        <section>
          <h2>Settings</h2>
          <FormFields
            form={form}
            mistakes={mistakesIn(form, card.labels.length)}
            classes={card.labels.length}
            colours={card.input.channels !== 'gray' && !card.input.bands}
            offersImageNet={offersImageNet}
            onChange={props.onChange}
          />
        </section>
      </div>
      <Usual {...props} />
      <Draft {...props} />
    </>
  );
}

function Usual({ state, onChoose, onTry, onStop }: SetUpProps) {
  const { contents, form, trials, trying, trialError } = state;
  return (
    <section data-trials={trials ? 'done' : ''}>
      <h2>The usual preprocessings</h2>
      {trialError && <Failure error={trialError} />}
      {trials && form && <Trials trials={trials} form={form} onChoose={onChoose} />}
      {trying !== null && (
        <div class="actions">
          <StatusLine>Tried {Math.round(trying * 100)} %</StatusLine>
          <Action onClick={onStop}>Stop</Action>
        </div>
      )}
      {trying === null && !trials && (
        <div class="actions">
          <Action disabled={!contents?.image} onClick={onTry}>
            Try Them All
          </Action>
        </div>
      )}
    </section>
  );
}

function Draft({ state, onWrite }: SetUpProps) {
  const { contents, form, draft, draftError, written } = state;
  const classes = contents?.description?.card.labels.length ?? 0;
  const wrong = form !== null && Object.keys(mistakesIn(form, classes)).length > 0;
  return (
    <section>
      <h2>The card</h2>
      {draftError && <Failure error={draftError} />}
      {draft && !draftError && (
        <>
          <p class="lead">
            {draft.path}
            {draft.labels && `, with the labels in ${draft.labels}`}
          </p>
          <pre class="draft" data-card-text="">
            {draft.text}
          </pre>
        </>
      )}
      <div class="actions">
        <Action primary disabled={!draft || wrong} onClick={onWrite}>
          Write Card
        </Action>
        {written && <StatusLine>Written.</StatusLine>}
      </div>
    </section>
  );
}
