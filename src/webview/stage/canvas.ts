import type { Area } from './viewport.ts';

/** The canvas cleared, at the stage's size. @param ratio device pixels per CSS pixel */
export function cleared(
  canvas: HTMLCanvasElement,
  { width, height }: Area,
  ratio: number,
): CanvasRenderingContext2D | null {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  context?.setTransform(1, 0, 0, 1, 0, 0);
  context?.clearRect(0, 0, w, h);
  return context;
}

/** Records what a canvas shows, for tests and scripts. */
export function painted(canvas: HTMLCanvasElement, what: string | number): void {
  canvas.dataset['painted'] = String(what);
}

/** Runs something once before the next frame, however often it is asked for. */
export function oncePerFrame(run: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      run();
    });
  };
}
