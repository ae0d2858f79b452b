import type { PanelContents } from '../../src/explainers/protocol/messages.ts';
import { opened } from '../../src/webview/state/changes.ts';
import { initialState } from '../../src/webview/state/persisted.ts';
import { Replies } from '../../src/webview/state/replies.ts';
import { keysFor } from '../../src/webview/state/selection.ts';
import type { State } from '../../src/webview/state/state.ts';
import { makeScene, type Scene } from './page/scene.ts';

export interface World {
  readonly scene: Scene;
  readonly state: State;
  readonly replies: Replies;
}

/** A state after `ready`, and replies as far as `known` says. */
export function makeWorld(
  kind: 'chest' | 'photos' | 'survey' = 'chest',
  known: readonly ('describe' | 'predict' | 'annotations')[] = ['describe', 'predict', 'annotations'],
  contents: Partial<PanelContents> = {},
): World {
  const scene = makeScene(kind);
  const state = opened(initialState(undefined), { ...scene.contents, ...contents });
  const replies = new Replies();
  const image = state.navigation.images[0] ?? '';
  const keys = keysFor(state, image);
  const values = {
    describe: scene.description,
    predict: scene.predict(image),
    annotations: scene.annotations(image),
  };
  for (const each of known) replies.set(each, keys[each], { status: 'done', value: values[each] } as never);
  return { scene, state, replies };
}
