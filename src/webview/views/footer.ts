import type { Actions } from '../actions.ts';
import { attribute, fill, h, text, type View, whenChanged } from '../dom.ts';
import { fileName, relativePath } from '../format.ts';
import { icon } from '../icons.ts';
import type { Zoomer } from '../keyboard.ts';
import { iconButton } from '../toolkit.ts';

export interface FooterModel {
  readonly images: readonly string[];
  readonly current: number;
  readonly workspace: string | null;
  /** Height and width. */
  readonly size: readonly [number, number] | null;
  readonly notes: readonly string[];
  readonly zoom: { readonly zoom: number; readonly fitted: boolean } | null;
  /** `x 12, y 40` and the values there. */
  readonly readout: string;
}

/** Under the image: which one of the set it is, what lies under the pointer, and how large it is shown. */
export function footerView(actions: Actions, zoomer: Zoomer, help: () => void): View<FooterModel> {
  const previous = iconButton('left', 'Previous image (P)', () => actions.step(-1));
  const next = iconButton('right', 'Next image (N)', () => actions.step(1));
  const place = h('span', { class: 'place', 'data-place': true });
  const stepper = h(
    'div',
    { class: 'stepper', role: 'group', 'aria-label': 'Image of the set' },
    previous,
    place,
    next,
  );
  const name = h('span', { class: 'file-name' });
  const size = h('span', { class: 'file-size' });
  const notes = h('span', { class: 'image-notes' });
  const readout = h('span', { class: 'readout', 'data-readout': true });
  const zoom = h('button', {
    class: 'zoom',
    type: 'button',
    title: 'Actual size (1)',
    onclick: () => zoomer.actualSize(),
  });
  const fit = iconButton('fit', 'Fit the whole image (0)', () => zoomer.fit());
  const element = h(
    'footer',
    { class: 'footer' },
    stepper,
    h('div', { class: 'file' }, name, size, notes),
    readout,
    h(
      'div',
      { class: 'zoomer', role: 'group', 'aria-label': 'Zoom' },
      iconButton('minus', 'Zoom out (−)', () => zoomer.zoom(0.8)),
      zoom,
      iconButton('plus', 'Zoom in (+)', () => zoomer.zoom(1.25)),
      fit,
      iconButton('help', 'Keys (?)', help),
    ),
  );
  const showFile = whenChanged<Pick<FooterModel, 'images' | 'current' | 'workspace' | 'size' | 'notes'>>((model) => {
    const { images, current, workspace } = model;
    const image = images[current];
    stepper.hidden = images.length < 2;
    text(place, `${current + 1} of ${images.length}`);
    attribute(previous, 'disabled', current === 0);
    attribute(next, 'disabled', current >= images.length - 1);
    text(name, image ? fileName(image) : '');
    attribute(name, 'title', image ? relativePath(image, workspace) : null);
    text(size, model.size ? `${model.size[1]} × ${model.size[0]}` : '');
    fill(notes, ...(model.notes.length > 0 ? [icon('info'), h('span', {}, model.notes.join(' · '))] : []));
    attribute(notes, 'title', model.notes.join('\n') || null);
  });
  return {
    element,
    update(model) {
      showFile({
        images: model.images,
        current: model.current,
        workspace: model.workspace,
        size: model.size,
        notes: model.notes,
      });
      text(readout, model.readout);
      text(zoom, model.zoom ? `${Math.round(model.zoom.zoom * 100)} %` : '–');
      attribute(fit, 'aria-pressed', String(model.zoom?.fitted ?? true));
    },
  };
}
