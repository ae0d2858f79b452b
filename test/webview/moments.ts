// What follows from a scene, asked of the state and the replies that it is made from.
import { agreementTable as tableOf } from '../../src/webview/agreement/agreementTable.ts';
import { classList as listOf } from '../../src/webview/classes/classList.ts';
import { alikeness as alikenessOf } from '../../src/webview/comparison/alikeness.ts';
import { faithfulness as faithfulnessOf } from '../../src/webview/faithfulness/faithfulness.ts';
import { methodRows as rowsOf } from '../../src/webview/methods/methodRows.ts';
import { overlays as overlaysOf, drawnShapes as shapesOf } from '../../src/webview/overlay/overlays.ts';
import { status as statusOf } from '../../src/webview/page/status.ts';
import { plan as planOf } from '../../src/webview/state/plan/plan.ts';
import type { Replies } from '../../src/webview/state/replies.ts';
import { Scene } from '../../src/webview/state/scene.ts';
import type { State } from '../../src/webview/state/state.ts';

const on = (scene: Scene) => (rowsOf(scene) ?? []).filter((row) => row.on);
const at =
  <T>(of: (scene: Scene) => T) =>
  (state: State, replies: Replies): T =>
    of(new Scene(state, replies));

export const plan = at(planOf);
export const classList = at(listOf);
export const methodRows = at(rowsOf);
export const drawnShapes = at(shapesOf);
export const alikeness = at(alikenessOf);
export const overlays = at((scene) => overlaysOf(scene, rowsOf(scene) ?? []));
export const status = at((scene) => statusOf(scene, rowsOf(scene) ?? []));
export const agreementTable = at((scene) => tableOf(scene, on(scene)));
export const faithfulness = at((scene) => faithfulnessOf(scene, on(scene)));
