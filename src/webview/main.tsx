// The panel's page. What tests and scripts may rely on in it stands in marks.ts and in the views of the sections.
import './style.css';
import { render } from 'preact';
import type { ViewNotifications } from '../explainers/protocol/messages.ts';
import { TAKE_AWAY, type TakeAway } from '../explainers/protocol/takeAway.ts';
import { VIEW_ACTIONS, type ViewAction } from '../explainers/protocol/viewActions.ts';
import { connectHost, type Host } from './host.ts';
import { runViewAction } from './page/keyboard.ts';
import { Page } from './page/Page.tsx';
import { registerToolkit } from './parts/toolkit.tsx';
import { decodePicture } from './stage/picture.ts';
import { Actions } from './state/actions.ts';
import {
  opened,
  withContents,
  withDrawing,
  withFindings,
  withFocus,
  withModelReplaced,
  withRevision,
} from './state/changes.ts';
import { Controller } from './state/controller.ts';
import { imageNotice, modelNotice } from './state/fileNotices.ts';
import { initialState } from './state/persisted.ts';
import { Replies } from './state/replies.ts';
import { Scene } from './state/scene.ts';
import { ANNOTATION_FILES } from './state/state.ts';
import { Store } from './state/store.ts';
import { Taking } from './takeAway/taking.ts';
import './overruling.css';

/**
 * Milliseconds in which what is sent ahead usually arrives: a page that waits for it is rendered once instead of three
 * times.
 */
const ARRIVAL = 120;

/** Milliseconds in which a frame is painted, unless nothing is painted at all. */
const FRAME = 200;

type Command = ViewNotifications['command']['id'];

const COMMANDS: Readonly<Record<Exclude<Command, TakeAway | ViewAction>, (actions: Actions) => void>> = {
  next: (actions) => actions.step(1),
  previous: (actions) => actions.step(-1),
  toggleOverlay: (actions) => actions.toggleOverlay(),
  toggleAnnotations: (actions) => actions.toggleAnnotations(),
};

const isViewAction = (id: Command): id is ViewAction => id in VIEW_ACTIONS;
const isTakeAway = (id: Command): id is TakeAway => id in TAKE_AWAY;

function main(): void {
  registerToolkit();
  const host: Host = connectHost({
    opened: (contents) => store.update((state) => opened(state, contents)),
    modelChanged: (change) =>
      store.update((state) =>
        change.files?.length === 0
          ? withRevision(state, change.model, modelNotice(change))
          : withModelReplaced(state, change.model, modelNotice(change), Date.now()),
      ),
    imageChanged: (change) => store.update((state) => withRevision(state, change.image, imageNotice(change))),
    annotationsChanged: () => store.update((state) => withRevision(state, ANNOTATION_FILES, null)),
    explainerStopped: ({ message, next }) =>
      store.receive({ notice: { id: 'explainerStopped', tone: 'error', text: message, next } }),
    settings: (settings) => {
      const { contents } = store.state.resource;
      if (contents) store.receive({ contents: { ...contents, settings } });
    },
    visibility: ({ visible }) => controller.setVisible(visible),
    trust: ({ trusted }) => actions.host.trust(trusted),
    command: ({ id }) => {
      if (isTakeAway(id)) void taking.take(id);
      else if (isViewAction(id)) runViewAction(id);
      else COMMANDS[id](actions);
    },
    show: (contents) => store.update((state) => withContents(state, contents)),
    findings: (told) => store.update((state) => withFindings(state, told)),
    focus: (focus) => store.update((state) => withFocus(state, focus)),
    drawBox: (drawing) => store.update((state) => withDrawing(state, drawing)),
  });
  reportUncaught(host);

  const store = new Store(initialState(host.getState()));
  const replies = new Replies();
  const controller = new Controller(store, replies, host, { decode: decodePicture, soon: once(afterMessages()) });
  const actions = new Actions(store, replies, host, controller);
  const taking = new Taking(store, replies, host);
  const onPainted = (what: 'image' | 'heatmap') =>
    host.notify('painted', { what, at: performance.timeOrigin + performance.now() });
  let whole = false;
  const show = () => {
    const scene = new Scene(store.state, replies);
    render(<Page actions={actions} scene={scene} onPainted={onPainted} whole={whole} />, document.body);
  };
  let waits = true;
  const next = afterMessages();
  const soon = once((run) => (waits ? next(run) : queueMicrotask(run)));
  const begin = () => {
    waits = false;
    clearTimeout(late);
    show();
    afterFrame(() => {
      whole = true;
      show();
    });
  };
  const late = setTimeout(begin, ARRIVAL);
  const again = () => {
    if (!waits) show();
    else if (controller.isAnswered) begin();
  };
  store.subscribe(() => soon(again));
  void controller.start();
}

/** Runs the given function once when `defer` says so, however often it is asked for until then. */
function once(defer: (run: () => void) => void): (run: () => void) => void {
  let asked = false;
  return (run) => {
    if (asked) return;
    asked = true;
    defer(() => {
      asked = false;
      run();
    });
  };
}

/** When the browser has painted; a page that is out of sight paints nothing, so it waits only for a moment. */
function afterFrame(run: () => void): void {
  let done = false;
  const painted = () => {
    if (done) return;
    done = true;
    setTimeout(run);
  };
  requestAnimationFrame(painted);
  setTimeout(painted, FRAME);
}

/** After the messages that have arrived: they may answer what would be asked. */
function afterMessages(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  return (run) => {
    port1.onmessage = run;
    port2.postMessage(null);
  };
}

/** Without this, an error of the page would be a blank panel without a trace. */
function reportUncaught(host: Host): void {
  const tell = (thrown: unknown) =>
    host.notify('pageError', {
      message: thrown instanceof Error ? thrown.message : String(thrown),
      stack: thrown instanceof Error ? thrown.stack : undefined,
    });
  window.addEventListener('error', (event) => tell(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => tell(event.reason));
}

main();
