import type { TriageAction } from '../../explainers/protocol/messages.ts';
import type { ViewAction } from '../../explainers/protocol/viewActions.ts';
import { focusedTile, keepingFocus } from '../layouts/focusedTile.ts';
import type { Actions } from '../state/actions.ts';

/** The effects of keys on the view of the image. */
export interface Zoomer {
  zoom(factor: number): void;
  fit(): void;
  actualSize(): void;
}

export interface KeyTargets {
  readonly actions: Actions;
  readonly zoomer: Zoomer;
  /** Opens or closes the list of keys. */
  help(): void;
  /** Focuses the classes, or their filter if there is one. */
  findClass(): void;
  /** Focuses the methods: lists them all, and filters them by the typed text. */
  findMethod(): void;
}

export interface Shortcut {
  readonly keys: readonly string[];
  /** In the form of the list of keys. */
  readonly label: string;
  readonly about: string;
  /** The command of VS Code that does the same. */
  readonly action?: ViewAction;
  run(targets: KeyTargets): void;
}

/** Keys of the label findings do nothing where the image has none. */
function triage(action: TriageAction): Shortcut['run'] {
  return ({ actions }) => actions.triage(action);
}

/** Does something to the column of the grid that has the focus, or else to that of the class being explained. */
function column(change: (actions: Actions, index: number) => void): Shortcut['run'] {
  return ({ actions }) => {
    const { index } = actions.layouts.gridPlace(focusedTile());
    if (index !== null) keepingFocus(() => change(actions, index));
  };
}

/** Does something to the row of the grid that has the focus, or else to the first. */
function row(change: (actions: Actions, method: string) => void): Shortcut['run'] {
  return ({ actions }) => {
    const { method } = actions.layouts.gridPlace(focusedTile());
    if (method !== null) keepingFocus(() => change(actions, method));
  };
}

/** Whether an outline is drawn: without a choice, that depends on the map. */
const isOutlined = () => document.querySelector('[data-layer=outline][data-painted*="outline:"]') !== null;

/** Every key that works anywhere on the page, except while typing. The list of keys is generated from this table. */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    keys: ['n', ']', 'PageDown', 'ArrowRight'],
    label: 'N, ] or →',
    about: 'Next image',
    run: ({ actions }) => actions.step(1),
  },
  {
    keys: ['p', '[', 'PageUp', 'ArrowLeft'],
    label: 'P, [ or ←',
    about: 'Previous image',
    run: ({ actions }) => actions.step(-1),
  },
  { action: 'zoomIn', keys: ['+', '='], label: '+', about: 'Zoom in', run: ({ zoomer }) => zoomer.zoom(1.25) },
  { action: 'zoomOut', keys: ['-', '_'], label: '−', about: 'Zoom out', run: ({ zoomer }) => zoomer.zoom(0.8) },
  { action: 'fitImage', keys: ['0'], label: '0', about: 'Fit the whole image', run: ({ zoomer }) => zoomer.fit() },
  {
    action: 'actualSize',
    keys: ['1'],
    label: '1',
    about: 'One image pixel per screen pixel',
    run: ({ zoomer }) => zoomer.actualSize(),
  },
  { keys: ['h'], label: 'H', about: 'Hide or show the heatmaps', run: ({ actions }) => actions.toggleOverlay() },
  { keys: ['a'], label: 'A', about: 'Hide or show the annotations', run: ({ actions }) => actions.toggleAnnotations() },
  {
    action: 'toggleGrid',
    keys: ['g'],
    label: 'G',
    about: 'Grid of methods and classes',
    run: ({ actions }) => actions.layouts.toggle('grid'),
  },
  {
    action: 'toggleSplit',
    keys: ['v'],
    label: 'V',
    about: 'Split view of two maps',
    run: ({ actions }) => actions.layouts.toggle('split'),
  },
  {
    action: 'moveColumnLeft',
    keys: ['<'],
    label: '<',
    about: 'Grid: move the class to the left',
    run: column(({ layouts }, index) => layouts.moveColumn(index, -1)),
  },
  {
    action: 'moveColumnRight',
    keys: ['>'],
    label: '>',
    about: 'Grid: move the class to the right',
    run: column(({ layouts }, index) => layouts.moveColumn(index, 1)),
  },
  {
    action: 'removeColumn',
    keys: ['d'],
    label: 'D',
    about: 'Grid: remove the class',
    run: column(({ layouts }, index) => layouts.dropColumn(index)),
  },
  {
    action: 'moveRowUp',
    keys: [','],
    label: ',',
    about: 'Grid: move the method up',
    run: row(({ layouts }, method) => layouts.moveRow(method, -1)),
  },
  {
    action: 'moveRowDown',
    keys: ['.'],
    label: '.',
    about: 'Grid: move the method down',
    run: row(({ layouts }, method) => layouts.moveRow(method, 1)),
  },
  {
    action: 'removeRow',
    keys: ['e'],
    label: 'E',
    about: 'Grid: switch the method off',
    run: row(({ methods }, method) => methods.toggle(method)),
  },
  {
    action: 'flipMaps',
    keys: ['b'],
    label: 'B',
    about: 'Flip between the two topmost maps',
    run: ({ actions }) => actions.layouts.flip(),
  },
  {
    action: 'showOverlay',
    keys: ['o'],
    label: 'O',
    about: 'All maps over one picture',
    run: ({ actions }) => actions.layouts.show('overlay'),
  },
  {
    action: 'toggleMasks',
    keys: ['x'],
    label: 'X',
    about: 'Masks of expert and method',
    run: ({ actions }) => actions.layouts.toggleMasks(),
  },
  {
    action: 'toggleContours',
    keys: ['l'],
    label: 'L',
    about: 'Contour lines',
    run: ({ actions }) => actions.layouts.toggleContours(),
  },
  {
    action: 'toggleSmooth',
    keys: ['q'],
    label: 'Q',
    about: 'Values as squares, or smooth between them',
    run: ({ actions }) => actions.layouts.toggleSmooth(),
  },
  {
    action: 'toggleOutline',
    keys: ['i'],
    label: 'I',
    about: 'Outline of the mask',
    run: ({ actions }) => actions.toggleOutline(isOutlined()),
  },
  {
    action: 'toggleClassOrder',
    keys: [';'],
    label: ';',
    about: 'Classes by score, or in the model’s order',
    run: ({ actions }) => actions.toggleClassOrder(),
  },
  {
    action: 'toggleClassNumbers',
    keys: ["'"],
    label: '’',
    about: 'Ranks and logits of the classes',
    run: ({ actions }) => actions.toggleClassNumbers(),
  },
  {
    action: 'measureFaithfulness',
    keys: ['f'],
    label: 'F',
    about: 'Measure the faithfulness of the maps shown',
    run: ({ actions }) => actions.assessShown(),
  },
  {
    action: 'compareMethods',
    keys: ['z'],
    label: 'Z',
    about: 'Compare the maps shown with each other',
    run: ({ actions }) => actions.compareMethods(),
  },
  {
    action: 'compareWithModel',
    keys: ['t'],
    label: 'T',
    about: 'Compare with another model…',
    run: ({ actions }) => void actions.versions.compareWithFile(),
  },
  {
    action: 'compareWithBefore',
    keys: ['y'],
    label: 'Y',
    about: 'Compare with the model’s earlier version',
    run: ({ actions }) => actions.versions.compareWithBefore(),
  },
  {
    action: 'findClass',
    keys: ['/', 'c'],
    label: '/ or C',
    about: 'Go to the classes',
    run: ({ findClass }) => findClass(),
  },
  { action: 'findMethod', keys: ['m'], label: 'M', about: 'Go to the methods', run: ({ findMethod }) => findMethod() },
  { keys: ['r'], label: 'R', about: 'Label finding: the label is right', run: triage('right') },
  { keys: ['w'], label: 'W', about: 'Label finding: the label is wrong', run: triage('wrong') },
  { keys: ['u'], label: 'U', about: 'Label finding: unsure', run: triage('unsure') },
  { keys: ['j'], label: 'J', about: 'Next label finding', run: triage('next') },
  { keys: ['k'], label: 'K', about: 'Previous label finding', run: triage('previous') },
  { action: 'showKeys', keys: ['?'], label: '?', about: 'This list', run: ({ help }) => help() },
];

/** Keys that only work while a part of the page has the focus; shown in the same list. */
export const LOCAL_KEYS: readonly { readonly label: string; readonly about: string }[] = [
  { label: '↑ ↓ Home End', about: 'In the classes: explain another class' },
  { label: '← ↑ → ↓', about: 'On the image, zoomed in: move it' },
  { label: 'Shift + arrows', about: 'On the image: point at another place, and read its values' },
  { label: 'Space + drag', about: 'On the image: move it' },
  { label: 'Enter or click', about: 'On a picture of the grid: show it alone' },
  { label: 'Alt + click or S', about: 'On a method: show only its heatmap' },
  { label: 'Ctrl + Z', about: 'Take the last verdict on a label finding back' },
  { label: 'Esc', about: 'Close, clear, or follow the best class again' },
];

/** Listens on the whole page. @returns ends it */
export function listenForKeys(targets: KeyTargets): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    if (isUndo(event) && !isTyping(event)) {
      event.preventDefault();
      targets.actions.triage('takeBack');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const shortcut = SHORTCUTS.find((each) => each.keys.includes(event.key));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run(targets);
  };
  const onAction = ({ detail }: CustomEvent<ViewAction>) =>
    SHORTCUTS.find((each) => each.action === detail)?.run(targets);
  document.addEventListener('keydown', listener);
  document.addEventListener(ACTION, onAction as EventListener);
  return () => {
    document.removeEventListener('keydown', listener);
    document.removeEventListener(ACTION, onAction as EventListener);
  };
}

const ACTION = 'viewAction';

/** Does what a key does, for a command of VS Code. */
export function runViewAction(action: ViewAction): void {
  document.dispatchEvent(new CustomEvent(ACTION, { detail: action }));
}

function isUndo({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'z' && (ctrlKey || metaKey) && !shiftKey && !altKey;
}

const TYPING = new Set(['INPUT', 'SELECT', 'TEXTAREA']);

/** Letters belong to the focused field; a slider or checkbox leaves them to the page. */
function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  if (target instanceof HTMLInputElement && (target.type === 'range' || target.type === 'checkbox')) {
    return event.key.length > 1;
  }
  return target instanceof HTMLElement && TYPING.has(target.tagName);
}
