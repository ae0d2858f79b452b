import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Sight } from './sight.ts';
import { type OnPainted, Stage, type StageModel } from './stage.ts';

interface StageFrameProps {
  readonly model: StageModel;
  readonly sight: Sight;
  readonly onPainted: OnPainted;
}

/** The stage's element with its four canvases, from bottom to top; the stage itself paints them. */
export function StageFrame({ model, sight, onPainted }: StageFrameProps) {
  const element = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage>(null);
  useLayoutEffect(() => {
    stage.current = new Stage(element.current!, sight, onPainted);
  }, []);
  useEffect(() => () => stage.current?.dispose(), []);
  useLayoutEffect(() => stage.current?.update(model));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame
    <div
      ref={element}
      class={model.picture ? 'stage has-image' : 'stage'}
      tabindex={0}
      role="group"
      aria-roledescription="image viewer"
      aria-label="Image"
      data-stage=""
    >
      <canvas class="layer" data-layer="image" />
      <canvas class="layer" data-layer="heatmap" />
      <canvas class="layer" data-layer="outline" />
      <canvas class="layer" data-layer="annotations" />
    </div>
  );
}
