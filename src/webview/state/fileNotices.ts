import type { ViewNotifications } from '../../explainers/protocol/messages.ts';
import { fileName } from '../format.ts';
import type { Notice } from './state.ts';

/**
 * Names the files that changed, not the model they belong to; null: they are gone, and the error that follows says so.
 */
export function modelNotice({ model, files = [model] }: ViewNotifications['modelChanged']): Notice | null {
  if (files.length === 0) return null;
  const text = `${listed(files)} changed on disk, so everything was computed again.`;
  return { id: 'modelChanged', tone: 'information', text, about: model };
}

export function imageNotice({ image, gone }: ViewNotifications['imageChanged']): Notice | null {
  if (gone) return null;
  const text = `${fileName(image)} has changed on disk, so it was read again.`;
  return { id: 'imageChanged', tone: 'information', text, about: image };
}

/** `a.txt has`, `a.txt and b.onnx have`, `a.txt and 3 other files have`. */
function listed(files: readonly string[]): string {
  const [first, second, ...more] = [...new Set(files.map(fileName))];
  if (second === undefined) return `${first} has`;
  return more.length === 0 ? `${first} and ${second} have` : `${first} and ${more.length + 1} other files have`;
}
