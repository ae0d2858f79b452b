import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Sight } from '../stage/sight.ts';
import type { StageModel } from '../stage/stage.ts';
import { Tile } from './tile.ts';

interface TileFrameProps {
  readonly model: StageModel;
  readonly sight: Sight;
  /** See {@link Tile}. */
  readonly leads: boolean;
  readonly class?: string;
}

/** The canvas of a tile; the tile itself paints it. */
export function TileFrame({ model, sight, leads, class: className = '' }: TileFrameProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const tile = useRef<Tile>(null);
  useLayoutEffect(() => {
    tile.current = new Tile(canvas.current!, sight, leads);
  }, []);
  useEffect(() => () => tile.current?.dispose(), []);
  useLayoutEffect(() => tile.current?.update(model));
  return <canvas ref={canvas} class={`tile-canvas ${className}`.trim()} data-tile="" />;
}
