import type {
  BoxWanted,
  FindingFocus,
  OpenedContents,
  PanelContents,
  ViewNotifications,
} from '../../explainers/protocol/messages.ts';
import { own, setOwn } from '../../explainers/tables.ts';
import { ANNOTATION_FILES, type Notice, type State } from './state.ts';
import { MOST_VERSIONS, type Version } from './version.ts';

/** The host says what to show. The chosen class survives unless the model changed. */
export function withContents(state: State, contents: PanelContents): State {
  const current = Math.min(Math.max(0, contents.current), Math.max(0, contents.images.length - 1));
  const sameModel = contents.model === state.navigation.model;
  const shown = {
    ...state,
    resource: { ...state.resource, contents, failure: null },
    navigation: {
      images: contents.images,
      current,
      model: contents.model,
      chosen: sameModel ? state.navigation.chosen : null,
      against: sameModel ? state.navigation.against : null,
      columns: sameModel ? state.navigation.columns : null,
      other: sameModel ? state.navigation.other : null,
    },
  };
  return contents.focus ? withFocus(shown, contents.focus) : withoutOldNotice(shown);
}

/** The host's answer to `ready`, which may come twice. */
export function opened(state: State, { catalogue, ...contents }: OpenedContents): State {
  // It came earlier, but the finding that was clicked may be another one by then.
  if (state.resource.contents) return contents.focus ? withFocus(state, contents.focus) : state;
  return withContents({ ...state, resource: { ...state.resource, catalogue } }, contents);
}

/** Drops a notice about an image or a model that is no longer shown. */
export function withoutOldNotice(state: State): State {
  const { images, current, model } = state.navigation;
  const about = state.resource.notice?.about;
  if (about === undefined || about === images[current] || about === model) return state;
  return { ...state, resource: { ...state.resource, notice: null } };
}

/**
 * A finding or a row of results was clicked: its image and its class are shown, and its method if it has one. An image
 * outside this panel's set changes nothing.
 */
export function withFocus(state: State, { image, index, method }: FindingFocus): State {
  const current = state.navigation.images.indexOf(image);
  if (current < 0) return state;
  const navigation = { ...state.navigation, current, chosen: index, against: null };
  return withoutOldNotice({ ...state, navigation, ...(method !== undefined && { ui: withMethod(state, method) }) });
}

/** The method is on, and its heatmap is the one that is shown. */
function withMethod({ ui, resource }: State, method: string): State['ui'] {
  const on = ui.methods ?? resource.contents?.settings.methods ?? [];
  return { ...ui, methods: on.includes(method) ? on : [...on, method], solo: method, overlay: true };
}

/** A box is to be drawn: over one picture, with the maps as they were. */
export function withDrawing(state: State, drawing: BoxWanted): State {
  return { ...state, resource: { ...state.resource, drawing }, ui: { ...state.ui, layout: 'overlay' } };
}

/** The findings of Check Labels in an image; ignored if that image is no longer shown. */
export function withFindings(state: State, { image, findings }: ViewNotifications['findings']): State {
  const { images, current } = state.navigation;
  const { contents } = state.resource;
  if (!contents || images[current] !== image) return state;
  return { ...state, resource: { ...state.resource, contents: { ...contents, findings } } };
}

/** A file changed on disk: everything made from it is requested again. */
export function withRevision(state: State, path: string, notice: Notice | null): State {
  const { resource } = state;
  const revisions = { ...resource.revisions, [path]: (own(resource.revisions, path) ?? 0) + 1 };
  // An earlier notice about the same file is no longer true.
  const before = resource.notice?.about === path ? null : resource.notice;
  return { ...state, resource: { ...resource, revisions, notice: notice ?? before } };
}

/** Relies on nothing that is known about the current image and model: everything is requested again. */
export function withEverythingAgain(state: State): State {
  const { images, current, model } = state.navigation;
  const paths = [images[current], model, ANNOTATION_FILES].filter((path) => typeof path === 'string');
  return paths.reduce((next, path) => withRevision(next, path, null), state);
}

/**
 * The model's files were written again: what is known of it stays, as an earlier version to compare with.
 * @param now milliseconds since 1970
 */
export function withModelReplaced(state: State, model: string, notice: Notice | null, now: number): State {
  const { resource } = state;
  const last: Version = { revision: own(resource.revisions, model) ?? 0, until: now, name: null };
  const versions = { ...resource.versions };
  setOwn(versions, model, [last, ...(own(versions, model) ?? [])].slice(0, MOST_VERSIONS));
  return withRevision({ ...state, resource: { ...resource, versions } }, model, notice);
}
