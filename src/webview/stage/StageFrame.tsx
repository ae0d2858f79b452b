import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Stage, type StageEvents, type StageModel } from './stage.ts';

interface StageFrameProps {
  readonly model: StageModel;
  readonly events: StageEvents;
  /** Passes the stage out, for the keys and buttons that zoom it. */
  readonly onStage: (stage: Stage) => void;
}

/** The stage's element with its four canvases, from bottom to top; the stage itself paints them. */
export function StageFrame({ model, events, onStage }: StageFrameProps) {
  const element = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage>(null);
  useLayoutEffect(() => {
    stage.current = new Stage(element.current!, events);
    onStage(stage.current);
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
