import type { MethodInfo, PresetInfo } from '../../explainers/results.ts';
import type { Actions } from '../actions.ts';
import { agreementTable } from '../agreementTable.ts';
import { classList, drawnShapes, mapKinds, methodRows, obstacle, overlays, status, stepFailure } from '../derive.ts';
import { attribute, h, text } from '../dom.ts';
import { alikeness, faithfulness } from '../faithfulness.ts';
import { figure } from '../format.ts';
import { listenForKeys } from '../keyboard.ts';
import { isMeasured, maskLevel, maskOutline } from '../mapMask.ts';
import { currentPreset } from '../presets.ts';
import type { Replies } from '../replies.ts';
import { currentImage, keysFor, ownParameters, selectedClass } from '../selection.ts';
import { type LookWishes, looks, valueAt } from '../stage/heatmap.ts';
import type { MaskOutline } from '../stage/outline.ts';
import { Stage, type StageEvents, type StageModel } from '../stage/stage.ts';
import { type State, USUAL_METHODS } from '../state.ts';
import { agreementView } from './agreement.ts';
import { classesView } from './classes.ts';
import { comparisonView } from './comparison.ts';
import { faithfulnessView } from './faithfulness.ts';
import { findingsView } from './findings.ts';
import { footerView } from './footer.ts';
import { helpView } from './help.ts';
import { methodsView } from './methods.ts';
import { modelLine } from './modelLine.ts';
import { noticeView } from './notice.ts';
import { type ObstacleModel, obstacleView } from './obstacle.ts';
import { overlayControls } from './overlayControls.ts';
import type { PresetsModel } from './presets.ts';
import { splitter } from './splitter.ts';
import { stageMessage } from './stageMessage.ts';

/** The whole page. `render` brings every view up to date with what is known now. */
export interface Page {
  readonly element: HTMLElement;
  render(state: State, replies: Replies): void;
}

export function makePage(actions: Actions, onPainted: StageEvents['onPainted']): Page {
  let point: readonly [x: number, y: number] | null = null;
  let zoom: { readonly zoom: number; readonly fitted: boolean } | null = null;
  let showFooter: (() => void) | undefined;
  /** The last rendering once more. */
  let again: (() => void) | undefined;

  const stage = new Stage({
    onPoint: (value) => {
      point = value;
      showFooter?.();
    },
    onZoom: (value, fitted) => {
      zoom = { zoom: value, fitted };
      showFooter?.();
    },
    onPainted,
  });
  const help = helpView();
  const message = stageMessage(actions);
  const footer = footerView(actions, stage, () => help.toggle());
  const statusLine = h('p', { class: 'status', role: 'status', 'aria-live': 'polite', 'data-status': true });
  const notice = noticeView(actions);
  const model = modelLine(actions);
  const blocked = obstacleView(actions);
  const findings = findingsView(actions);
  const classes = classesView(actions);
  const methods = methodsView(actions);
  const overlay = overlayControls(actions);
  const agreement = agreementView(actions);
  const faithful = faithfulnessView(actions);
  const compared = comparisonView(actions);
  const sidebar = h(
    'aside',
    { class: 'sidebar', 'aria-label': 'Explanation' },
    model.element,
    blocked.element,
    findings.element,
    classes.element,
    methods.element,
    overlay.element,
    agreement.element,
    faithful.element,
    compared.element,
  );
  const viewer = h(
    'main',
    { class: 'viewer' },
    h('div', { class: 'stage-frame' }, stage.element, message.element, statusLine),
    footer.element,
  );
  const element = h('div', { class: 'page' });
  const bar = splitter(element, (width) => actions.adjust({ sidebar: width }));
  element.append(notice.element, viewer, bar.element, sidebar, help.element);
  listenForKeys({
    actions,
    zoomer: stage,
    help: () => help.toggle(),
    findClass: () => classes.focus(),
    findMethod: () => methods.focus(),
  });

  function render(state: State, replies: Replies): void {
    const image = currentImage(state);
    const keys = keysFor(state, image);
    const { contents } = state.resource;
    const { ui, navigation } = state;
    const opacity = ui.opacity ?? contents?.settings.opacity ?? 0.6;
    const colorMap = contents?.settings.colorMap ?? 'auto';
    const wishes: LookWishes = {
      colorMaps: { signed: ui.colorMaps.signed ?? colorMap, unsigned: ui.colorMaps.unsigned ?? colorMap },
      range: ui.range,
      threshold: ui.threshold,
      weak: ui.weak,
    };
    const display = replies.get('display', keys.display);
    const description = replies.value('describe', keys.describe);
    const prediction = replies.value('predict', keys.predict);
    const blocker = blockerOf(state, replies);
    const explaining = blocker.kind === 'none' || blocker.kind === 'loading';
    const folded = (id: string) => ui.collapsed.includes(id);

    const shown = overlays(state, replies);
    const look = looks(shown, wishes);
    const picture = display.status === 'done' ? display.value : null;
    const shapes = picture ? drawnShapes(state, replies) : [];
    const top = [...shown].reverse().find((each) => !each.refining);
    const table = explaining ? agreementTable(state, replies) : null;
    // Not measured unless it is shown, and after the heatmap is on the screen: it takes a moment on a large image.
    const masked = table && !folded('agreement') ? top?.explained.map : undefined;
    const measured = masked !== undefined && isMeasured(masked, ui.measure);
    const level = measured ? maskLevel(masked, ui.measure) : null;
    if (masked && !measured) {
      afterPaint(() => {
        if (isMeasured(masked, ui.measure)) return;
        maskLevel(masked, ui.measure);
        again?.();
      });
    }
    again = () => render(state, replies);
    const { evidence } = ui.measure;
    const mask = top && level ? { map: top.explained.map, evidence, level: level.level } : null;
    const outlined = mask !== null && (ui.outline ?? (table?.empty === null && isTidy(mask)));
    const stageModel: StageModel = {
      picture,
      overlays: shown.map((each, i) => ({ ...each, look: look[i]! })),
      opacity,
      shapes,
      outline: outlined && !(top?.superpixels.view === 'best' && top.explained.map.superpixels) ? mask : null,
      geometry: prediction?.geometry ?? null,
    };
    stage.update(stageModel);
    message.update({
      display: display.status === 'failed' ? display.error : null,
      waiting: display.status !== 'done',
      key: keys.display,
      blocked: obstacle(state)?.kind ?? null,
    });

    notice.update(state.resource.notice);
    model.update({
      model: navigation.model,
      models: contents?.models ?? [],
      workspace: contents?.workspace ?? null,
      description,
    });
    blocked.update(blocker);
    for (const part of [classes, methods, overlay]) part.element.hidden = !explaining;
    findings.update({
      findings: (explaining ? (contents?.findings ?? []) : []).filter((each) => each.image === image),
      selected: selectedClass(state, replies),
      collapsed: folded('findings'),
    });
    const waiting = prediction === null && explaining;
    classes.update({
      list: classList(state, replies),
      waiting,
      filter: ui.filter,
      order: ui.order,
      collapsed: folded('classes'),
    });
    const rows = methodRows(state, replies);
    const favourites = ui.favourites ?? [...(contents?.settings.methods ?? []), ...USUAL_METHODS];
    methods.update({
      methods:
        rows?.map((row) => {
          const at = shown.findIndex((each) => each.info.id === row.info.id);
          return {
            row,
            legend: look[at] ?? null,
            changed: ownParameters(state, row.info.id),
            layers: description?.layers ?? [],
            favourite: favourites.includes(row.info.id),
          };
        }) ?? null,
      presets: description && presetsModel(state, description.methods, replies.value('presets', keys.presets) ?? []),
      waiting,
      collapsed: folded('methods'),
      all: ui.allMethods,
      filter: ui.methodFilter,
    });
    const on = (rows ?? []).filter((row) => row.on);
    const annotations = replies.get('annotations', keys.annotations);
    overlay.update({
      overlay: ui.overlay,
      annotations: ui.annotations,
      opacity,
      wishes,
      kinds: mapKinds(on),
      annotated:
        annotations.status === 'done'
          ? {
              files: annotations.value.files,
              problems: annotations.value.problems,
              shapes: annotations.value.annotations.filter((each) => each.shape !== null).length,
            }
          : null,
      failure: annotations.status === 'failed' ? annotations.error.message : null,
      collapsed: folded('overlay'),
    });
    agreement.update({
      table,
      controls: { measure: ui.measure, level, title: top?.info.title ?? null, outline: outlined },
      collapsed: folded('agreement'),
    });
    agreement.element.hidden = table === null;
    faithful.update({
      faithfulness: table && faithfulness(state, replies),
      collapsed: folded('faithfulness'),
    });
    compared.update({
      alikeness: table && alikeness(state, replies),
      collapsed: folded('comparison'),
    });

    showFooter = () =>
      footer.update({
        images: navigation.images,
        current: navigation.current,
        workspace: contents?.workspace ?? null,
        size: picture?.info.size ?? null,
        notes: [...new Set([...(picture?.info.notes ?? []), ...(prediction?.notes ?? [])])],
        zoom: picture ? zoom : null,
        readout: readout(point, stageModel),
      });
    showFooter();
    const { text: sentence, busy } = status(state, replies);
    text(statusLine, sentence);
    viewer.classList.toggle('busy', busy);
    attribute(viewer, 'aria-busy', String(busy));
    bar.set(ui.sidebar);
    attribute(element, 'data-ready', contents !== null);
  }
  return { element, render };
}

/** Runs something once what has been asked to be painted is on the screen. */
function afterPaint(run: () => void): void {
  requestAnimationFrame(() => setTimeout(run, 0));
}

/** The masks of pixel methods are speckled: drawn around, they hide the image, so that is left to those who ask for it. */
function isTidy({ map, level, evidence }: MaskOutline): boolean {
  return maskOutline(map, level, evidence).length <= 25;
}

/** What stands in the side bar's place; an image that cannot be read is told on the stage, not twice. */
function blockerOf(state: State, replies: Replies): ObstacleModel {
  const stop = obstacle(state);
  if (stop?.kind === 'noModel') return { kind: 'noModel', models: state.resource.contents?.models ?? [] };
  if (stop?.kind === 'failed') return { ...stop, key: null };
  if (stop) return stop;
  const failure = stepFailure(state, replies);
  if (!failure) return { kind: 'none' };
  const display = replies.get('display', keysFor(state, currentImage(state)).display);
  if (failure.error.kind === 'image' && display.status === 'failed') return { kind: 'hidden' };
  return { kind: 'failed', ...failure };
}

/** Null where there is nothing to choose. */
function presetsModel(
  state: State,
  methods: readonly MethodInfo[],
  presets: readonly PresetInfo[],
): PresetsModel | null {
  const usable = presets.filter((preset) => methods.some(({ id }) => preset.methods[id]));
  if (usable.length === 0) return null;
  const titles = Object.fromEntries(methods.map(({ id, title }) => [id, title]));
  return { presets: usable, current: currentPreset(state, methods, usable), titles };
}

function readout(point: readonly [number, number] | null, { overlays: shown }: StageModel): string {
  if (!point) return '';
  const place = `x ${Math.floor(point[0])}  y ${Math.floor(point[1])}`;
  const values = shown.map(({ info, explained }) => {
    const value = valueAt(explained.map, point);
    return `${info.title} ${value === null ? 'not seen by the model' : figure(value)}`;
  });
  return [place, ...values].join('   ');
}
