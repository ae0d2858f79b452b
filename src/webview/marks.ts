/** As Preact writes them: a text, or nothing. */
type Text = string | number | undefined;
/** There, or not. */
type Flag = '' | undefined;

/**
 * What tests and scripts may rely on in the page, besides roles and accessible names. Views give these attributes to
 * their elements, and the compiler knows their values; a test holds that tests look for no others, and that each is
 * given by a view.
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
   * `best:…` for the best superpixels) · outline: `outline:METHOD:INDEX:LEVEL` · annotations: how many shapes
   */
  'data-painted'?: Text;
  'data-overlay-toggle'?: Flag;
  'data-annotations-toggle'?: Flag;
  /** The place of the image among all. */
  'data-place'?: Flag;
  /** What lies under the pointer. */
  'data-readout'?: Flag;

  /** A row of the classes. */
  'data-class-index'?: Text;
  'data-predicted'?: Flag;
  'data-mark'?: 'drawn' | 'present' | 'absent' | undefined;
  /** Of a class, and of a count in `data-outcomes`. */
  'data-outcome'?: 'right' | 'missed' | 'falseAlarm' | 'rightlyAbsent' | undefined;
  'data-outcomes'?: Flag;
  'data-count'?: Text;

  /** A method, by its id. */
  'data-method'?: Text;
  'data-method-status'?: 'off' | 'idle' | 'queued' | 'waiting' | 'away' | 'done' | 'failed' | 'unavailable' | undefined;
  /** The one method whose map is painted by itself. */
  'data-solo'?: Flag;
  'data-method-toggle'?: Text;
  'data-method-group'?: Text;
  /** Opens the list of all methods. */
  'data-methods-door'?: Flag;
  'data-method-filter'?: Flag;
  /** Stops a method while it runs: its map is dropped. */
  'data-method-cancel'?: Text;
  /** Stops a method while it runs: its map is kept as it is. */
  'data-method-keep'?: Text;
  /** How far a method is. */
  'data-so-far'?: Flag;
  /** A map that was stopped before its end: the share of the run. */
  'data-partial'?: Text;
  /** A number reported with a map, by its name, with `data-value`. */
  'data-figure'?: Text;
  /** A number, unrounded. */
  'data-value'?: Text;
  /** `ID.heatmap` or `ID.best`. */
  'data-superpixel-view'?: Text;
  'data-superpixel-count'?: Text;
  'data-superpixel-outlines'?: Text;
  /** A parameter of a method, `ID.NAME`, in its form. */
  'data-parameter'?: Text;
  /** It is not the default. */
  'data-changed'?: Flag;
  /** It is not applied yet. */
  'data-draft'?: Flag;
  /** The menu of presets, with `data-preset`. */
  'data-presets'?: Text;
  /** The preset in force: an id, `defaults` or `own`. */
  'data-preset'?: Text;
  'data-favourite-toggle'?: Text;
  'data-method-page'?: Text;
  /** Leads from a method to its faithfulness. */
  'data-method-faithfulness'?: Text;

  /** The table of agreement: a body per class. */
  'data-agreement-class'?: Text;
  /** A method, `wholeImage`, `random` or `readers`. */
  'data-agreement-row'?: Text;
  /** A number of a method, unrounded, or `null`, with `data-metric`. */
  'data-agreement-value'?: Text;
  'data-metric'?: Text;
  'data-best'?: Flag;
  /** The numbers of the other rows. */
  'data-baseline-value'?: Text;
  'data-baseline-metric'?: Text;
  /** Why a number is missing. */
  'data-agreement-reason'?: Flag;
  'data-sort'?: Text;
  'data-column'?: Text;
  'data-all-classes'?: Flag;
  'data-copy'?: Text;
  /** The slider of the mask. */
  'data-threshold'?: Flag;
  /** It stands where Otsu's method puts it. */
  'data-otsu'?: Flag;
  'data-threshold-otsu'?: Flag;
  'data-outline-toggle'?: Flag;

  /** Starts the assessment of a method. */
  'data-assess'?: Text;
  'data-assess-cancel'?: Text;
  /** What was assessed of a method, with `data-assess-status`. */
  'data-assessed'?: Text;
  'data-assess-status'?: Text;
  /** A number of an assessment, by its metric, with `data-value`. */
  'data-assessment'?: Text;
  'data-curves'?: Text;
  /** Starts the comparison of methods. */
  'data-compare'?: Flag;
  /** A table of comparison, by its metric. */
  'data-comparison'?: Text;
  'data-alike'?: Text;

  /** A finding, by its key. */
  'data-finding'?: Text;
  'data-finding-kind'?: Text;
  'data-finding-verdict'?: 'none' | 'right' | 'wrong' | undefined;
  /** The button that gives the verdict. */
  'data-verdict'?: 'right' | 'wrong' | undefined;

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
