import type { ErrorReport } from '../../explainers/errors.ts';
import type { Actions } from '../actions.ts';
import { fill, h, type View, whenChanged } from '../dom.ts';
import { fileName } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import { button } from '../toolkit.ts';
import { problem, remediesFor } from './problem.ts';

export type ObstacleModel =
  | { readonly kind: 'none' | 'loading' | 'hidden' | 'empty' | 'untrusted' }
  | { readonly kind: 'noModel'; readonly models: readonly string[] }
  | { readonly kind: 'failed'; readonly error: ErrorReport; readonly key: string | null };

/** What stands in the side bar while nothing can be explained: the reason, and the way on. */
export function obstacleView(actions: Actions): View<ObstacleModel> {
  const element = h('div', { class: 'obstacle' });
  const update = whenChanged<ObstacleModel>((model) => {
    element.hidden = model.kind === 'none' || model.kind === 'loading' || model.kind === 'hidden';
    if (model.kind === 'failed') {
      const { error, key } = model;
      const remedies = remediesFor(error, actions, () => actions.retry(key ?? undefined));
      fill(element, problem(error, actions, remedies));
    } else if (model.kind === 'noModel') {
      fill(
        element,
        message(
          'model',
          'No model found near this image',
          'Put an ONNX model or a model card (NAME.explain.json) beside the images, or choose one.',
          [
            button('Choose a model…', () => void actions.chooseModel(), 'primary'),
            ...model.models.map((path) => button(fileName(path), () => actions.setModel(path))),
          ],
        ),
      );
    } else if (model.kind === 'untrusted') {
      fill(
        element,
        message(
          'shield',
          'This workspace is not trusted',
          'A model file from a source that you do not know can use up memory and time, or be made to do harm. No model is opened before you trust this workspace.',
          [button('Trust this workspace…', () => void actions.grantTrust(), 'primary')],
        ),
      );
    } else if (model.kind === 'empty') {
      fill(
        element,
        message('image', 'No image to explain', 'Right-click an image in the Explorer and choose Explain Image.', []),
      );
    }
  });
  return { element, update };
}

function message(name: IconName, title: string, body: string, buttons: readonly HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'message', role: 'alert', 'data-message': name },
    icon(name, 'large'),
    h('h3', {}, title),
    h('p', {}, body),
    h('div', { class: 'buttons' }, ...buttons),
  );
}
