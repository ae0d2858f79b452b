// The panel's page. In addition to roles and accessible names, tests and scripts may rely on:
//   [data-ready]                      the page has heard from the host
//   [data-status]                     one sentence on the current activity (a live region)
//   [data-stage][data-view]           the stage; `left top zoom`: image pixel (x, y) is at
//                                     (left + x·zoom, top + y·zoom), in CSS pixels
//   canvas[data-layer][data-painted]  image: the image's path · heatmap: `heatmap:METHOD:INDEX …`, bottom first
//                                     (`partial:…` while it is refined, `best:…` for the best superpixels) · outline:
//                                     `outline:METHOD:INDEX:LEVEL` · annotations: the number of shapes
//   [data-class-index]                a row of the classes, with [data-predicted],
//                                     [data-mark=drawn|present|absent] and aria-selected
//   [data-method=ID][data-method-status]  a method: off, queued, waiting, done, failed, unavailable;
//                                     [data-method-toggle=ID] its switch
//   [data-methods-door], [data-method-filter]  opens the list of all methods; filters it
//   [data-method-cancel=ID], [data-method-keep=ID]  stop it while it runs: discard its map, or keep the map so far;
//                                     [data-so-far] its progress
//   [data-partial]                    a map that was stopped early; its value is the share of the run
//   [data-figure=NAME][data-value]    a number reported with a map
//   [data-superpixel-view="ID.heatmap|best"], [data-superpixel-count=ID], [data-superpixel-outlines=ID]
//   [data-parameter="ID.NAME"]        a parameter of a method, in its form; [data-changed] if it is not the default,
//                                     [data-draft] if it has not been applied
//   [data-presets][data-preset]       the menu of presets and the current one: an id, `defaults` or `own`
//   [data-favourite-toggle=ID], [data-method-page=ID]
//   [data-annotations-toggle], [data-overlay-toggle]
//   [data-agreement-class=INDEX] > [data-agreement-row=METHOD|wholeImage|random|readers]  the table of agreement:
//                                     a body per class
//   [data-agreement-value][data-metric]  a number of a method, unrounded, or `null`; [data-best];
//                                     [data-baseline-value] in the other rows
//   [data-sort=METRIC], [data-column=METRIC], [data-all-classes], [data-copy=CSV|Markdown]
//   [data-threshold][data-otsu], [data-threshold-otsu], [data-outline-toggle]  the slider, back to Otsu's threshold,
//                                     the mask's outline
//   [data-assess=METHOD] starts, [data-assess-cancel=METHOD] stops; [data-assessed=METHOD][data-assess-status] with
//   [data-assessment=METRIC][data-value] and [data-curves]; [data-method-faithfulness=METHOD] leads there
//   [data-compare], [data-comparison=METRIC] with [data-alike=NUMBER] cells
//   [data-outcome=right|missed|falseAlarm|rightlyAbsent]  of a class, and of a count in [data-outcomes]
//   [data-finding=KEY][data-finding-kind][data-finding-verdict=none|right|wrong], with
//                                     [data-verdict=right|wrong] buttons
//   [data-error=KIND], [data-notice=ID], [data-message=ID], [data-place], [data-readout], [data-guesses]
import './nonce.ts';
import './style.css';
import { render } from 'preact';
import type { ViewNotifications } from '../explainers/protocol/messages.ts';
import { connectHost, type Host } from './host.ts';
import { Page } from './page/Page.tsx';
import { registerToolkit } from './parts/toolkit.tsx';
import { decodePicture } from './stage/picture.ts';
import { Actions } from './state/actions.ts';
import { withContents, withFindings, withFocus, withRevision } from './state/changes.ts';
import { Controller } from './state/controller.ts';
import { imageNotice, modelNotice } from './state/fileNotices.ts';
import { initialState } from './state/persisted.ts';
import { Replies } from './state/replies.ts';
import { Scene } from './state/scene.ts';
import { ANNOTATION_FILES } from './state/state.ts';
import { Store } from './state/store.ts';

const COMMANDS: Readonly<Record<ViewNotifications['command']['id'], (actions: Actions) => void>> = {
  next: (actions) => actions.step(1),
  previous: (actions) => actions.step(-1),
  toggleOverlay: (actions) => actions.toggleOverlay(),
  toggleAnnotations: (actions) => actions.toggleAnnotations(),
};

function main(): void {
  registerToolkit();
  const host: Host = connectHost({
    modelChanged: (change) => store.update((state) => withRevision(state, change.model, modelNotice(change))),
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
    command: ({ id }) => COMMANDS[id](actions),
    show: (contents) => store.update((state) => withContents(state, contents)),
    findings: (told) => store.update((state) => withFindings(state, told)),
    focus: (focus) => store.update((state) => withFocus(state, focus)),
  });
  reportUncaught(host);

  const store = new Store(initialState(host.getState()));
  const replies = new Replies();
  const controller = new Controller(store, replies, host, { decode: decodePicture, soon: oncePerTurn() });
  const actions = new Actions(store, replies, host, controller);
  const onPainted = (what: 'image' | 'heatmap') =>
    host.notify('painted', { what, at: performance.timeOrigin + performance.now() });
  const show = () =>
    render(<Page actions={actions} scene={new Scene(store.state, replies)} onPainted={onPainted} />, document.body);
  const soon = oncePerTurn();
  store.subscribe(() => soon(show));
  show();
  void controller.start();
}

/** Runs the given function once, after everything that is in progress now. */
function oncePerTurn(): (run: () => void) => void {
  let asked = false;
  return (run) => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      run();
    });
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
