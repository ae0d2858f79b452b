// The page of Set Up Model.
import './setUp.css';
import { render } from 'preact';
import type { SetUpHost, SetUpPage } from '../../explainers/protocol/modelPages.ts';
import { connectPage, reportOf } from '../host.ts';
import { changeOf, choicesOf, type Form, formOf, mistakesIn, withTrial } from './form.ts';
import { SetUp } from './SetUp.tsx';
import { INITIAL, type SetUpState } from './state.ts';

/** Milliseconds without a change before the model runs again. */
const SETTLED = 250;

const host = connectPage<SetUpPage, SetUpHost>({ requests: {}, notifications: {} });
let state: SetUpState = INITIAL;
let looking = new AbortController();
let trying = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;

function set(change: Partial<SetUpState>): void {
  state = { ...state, ...change };
  show();
}

/** Opens the model, and looks at the image as it is. */
async function start(): Promise<void> {
  try {
    const contents = await host.request('ready', {});
    const card = contents.description?.card;
    set({ contents, form: card ? formOf(card.input, card.task) : null });
  } catch (thrown) {
    const contents = { model: 'the model', image: null, description: null, offersImageNet: false };
    set({ contents: { ...contents, error: reportOf(thrown) } });
  }
  await look();
  if (state.contents?.description && state.contents.image !== null) await tryAll();
}

function change(fields: Partial<Form>): void {
  if (!state.form) return;
  set({ form: { ...state.form, ...fields }, written: false });
  clearTimeout(timer);
  timer = setTimeout(() => void look(), SETTLED);
}

/** The image with the settings of the form, and the card that they make. */
async function look(): Promise<void> {
  const { form, contents } = state;
  const card = contents?.description?.card;
  looking.abort();
  looking = new AbortController();
  const input = form && changeOf(form);
  if (!card || !input || !('change' in input)) return;
  const { signal } = looking;
  if (Object.keys(mistakesIn(form, card.labels.length)).length === 0) {
    const choices = choicesOf(form, input.change, card.task);
    host.request('draft', { choices }, { signal }).then(
      (draft) => set({ draft, draftError: null }),
      (thrown) => signal.aborted || set({ draftError: reportOf(thrown) }),
    );
  }
  if (contents.image === null) return;
  try {
    const seen = await host.request('look', { change: input.change }, { signal });
    if (state.picture) URL.revokeObjectURL(state.picture);
    const picture = URL.createObjectURL(new Blob([seen.picture as BlobPart], { type: 'image/png' }));
    set({ look: seen, picture, lookError: null });
  } catch (thrown) {
    if (!signal.aborted) set({ lookError: reportOf(thrown) });
  }
}

async function tryAll(): Promise<void> {
  trying.abort();
  trying = new AbortController();
  const { signal } = trying;
  set({ trials: null, trying: 0, trialError: null });
  try {
    const trials = await host.request(
      'trials',
      {},
      { signal, onProgress: ({ fraction }) => signal.aborted || set({ trying: fraction ?? 0 }) },
    );
    set({ trials, trying: null });
  } catch (thrown) {
    if (!signal.aborted) set({ trying: null, trialError: reportOf(thrown) });
  }
}

async function chooseImage(): Promise<void> {
  const chosen = await host.request('chooseImage', {}).catch(() => null);
  if (!chosen || !state.contents) return;
  set({ contents: { ...state.contents, image: chosen.image }, look: null, lookError: null });
  await look();
  await tryAll();
}

async function write(): Promise<void> {
  const card = state.contents?.description?.card;
  const input = state.form && changeOf(state.form);
  if (!state.form || !card || !input || !('change' in input)) return;
  try {
    await host.request('write', { choices: choicesOf(state.form, input.change, card.task) });
    set({ written: true, draftError: null });
  } catch (thrown) {
    set({ draftError: reportOf(thrown) });
  }
}

function stop(): void {
  trying.abort();
  set({ trying: null });
}

function show(): void {
  render(
    <SetUp
      state={state}
      onChange={change}
      onChoose={(trial) => state.form && change(withTrial(state.form, trial))}
      onImage={() => void chooseImage()}
      onTry={() => void tryAll()}
      onStop={stop}
      onWrite={() => void write()}
    />,
    document.body,
  );
}

document.body.classList.add('document');
show();
void start();
