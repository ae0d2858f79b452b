/** As Preact writes them: a text, or nothing. */
export type Text = string | number | undefined;
/** There, or not. */
export type Flag = '' | undefined;

/**
 * The attributes that tests and scripts may rely on in the page, besides roles and accessible names. Each section
 * declares its own in the file of its view; these are the others. The compiler knows their values, and a test holds
 * that tests look for no others and that each is given by a view.
 */
export interface Marks {
  /** The page has heard from the host. */
  'data-ready'?: Flag;
  /** One sentence on what is going on: a live region. */
  'data-status'?: Flag;
  /** A section of the side bar, by its id. */
  'data-section'?: Text;

  /** The stage, with `data-view`. */
  'data-stage'?: Flag;
  /** `left top zoom`: image pixel (x, y) lies at (left + x·zoom, top + y·zoom), in CSS pixels. */
  'data-view'?: Text;
  /** A canvas of the stage, with `data-painted`. */
  'data-layer'?: 'image' | 'heatmap' | 'outline' | 'annotations' | undefined;
  /**
   * image: the image's path · heatmap: `heatmap:METHOD:INDEX …`, bottom first (`partial:…` while it is refined,
   * `best:…` for the best superpixels), or `expert:SHAPES mask:METHOD:INDEX` · outline: `contours:METHOD:INDEX:LEVELS …
   * outline:METHOD:INDEX:LEVEL` · annotations: how many shapes
   */
  'data-painted'?: Text;
  'data-overlay-toggle'?: Flag;
  'data-annotations-toggle'?: Flag;
  'data-smooth-toggle'?: Flag;
  'data-masks-toggle'?: Flag;
  'data-contours'?: Flag;
  'data-contour-levels'?: Flag;
  /** The place of the image among all. */
  'data-place'?: Flag;
  /** What lies under the pointer. */
  'data-readout'?: Flag;

  /** VS Code's own menu: which of its entries apply here. */
  'data-vscode-context'?: Text;

  /** A number, unrounded. */
  'data-value'?: Text;

  /** An error, by its kind. */
  'data-error'?: Text;
  'data-notice'?: Text;
  'data-tone'?: Text;
  'data-message'?: Text;
  /** What of the model card was guessed. */
  'data-guesses'?: Text;
}

declare module 'preact' {
  interface AriaAttributes extends Marks {}
}
