import './drawing.css';
import { useEffect } from 'preact/hooks';
import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import { useLater } from '../later/useLater.ts';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import type { Picture } from '../state/replies.ts';
import type { Scene } from '../state/scene.ts';
import { OWN_BOX } from '../state/state.ts';

interface DrawingFrameProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly picture: Picture | null;
  readonly sight: Sight;
}

/** The layer in which a box is drawn, while the host waits for one in the image shown. */
export function DrawingFrame({ actions, scene, picture, sight }: DrawingFrameProps) {
  const { drawing } = scene.state.resource;
  const later = useLater(drawing !== null);
  const { image } = scene;
  // Before the contents have arrived, no image is shown.
  const left = drawing !== null && image !== undefined && image !== drawing.image;
  useEffect(() => {
    if (left) void actions.host.drawn(null);
  }, [left]);
  if (!drawing || left || !later || !picture) return null;
  return (
    <later.Drawing
      key={drawing.id}
      label={drawing.label}
      start={drawing.box}
      image={picture.info.size}
      sight={sight}
      {...(drawing.id === OWN_BOX && { onBox: (box: FixBox) => actions.takeAwayRegion({ source: 'box', box }) })}
      onDone={(box) => void actions.host.drawn(box)}
    />
  );
}
