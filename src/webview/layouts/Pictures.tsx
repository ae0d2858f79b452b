import './grid.css';
import './split.css';
import { useLater } from '../later/useLater.ts';
import { StageFrame } from '../stage/StageFrame.tsx';
import type { Sight } from '../stage/sight.ts';
import type { OnPainted, StageModel } from '../stage/stage.ts';
import type { Actions } from '../state/actions.ts';
import type { Scene } from '../state/scene.ts';
import type { PaneLook } from './panes.ts';

interface PicturesProps {
  readonly actions: Actions;
  readonly scene: Scene;
  /** The overlay's. */
  readonly model: StageModel;
  readonly sight: Sight;
  readonly look: PaneLook;
  readonly onPainted: OnPainted;
}

/** The image with its maps, in the layout that the user chose. Without maps there is one picture. */
export function Pictures({ actions, scene, model, sight, look, onPainted }: PicturesProps) {
  const { layout } = scene.state.ui;
  const several = layout !== 'overlay' && scene.index !== null && scene.active.length > 0;
  const later = useLater(several);
  if (!several || !later) return <StageFrame model={model} sight={sight} onPainted={onPainted} />;
  const Layout = layout === 'grid' ? later.Grid : later.Split;
  return <Layout actions={actions} scene={scene} sight={sight} look={look} />;
}
